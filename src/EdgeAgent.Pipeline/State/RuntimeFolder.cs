using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// Finds a folder for live files: in memory where that can be had, for a page that is written every second would wear
/// flash. Each state folder gets one of its own, so that agents on one machine do not meet.
/// </summary>
internal static partial class RuntimeFolder
{
    /// <param name="configured">What the configuration names; empty: nothing.</param>
    /// <param name="stateFolder">The state folder, the last resort.</param>
    /// <param name="logger">Hears when the configured one cannot be used.</param>
    public static string Choose(string configured, string stateFolder, ILogger logger)
    {
        var candidates = Candidates(configured, stateFolder);
        var chosen = candidates.FirstOrDefault(IsUsable) ?? stateFolder;
        if (configured.Length > 0 && chosen != configured) FolderNotUsable(logger, configured, chosen);
        return chosen;
    }

    /// <summary>Where it may lie, the best first.</summary>
    public static IReadOnlyList<string> Candidates(string configured, string stateFolder)
    {
        var name = Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(Path.GetFullPath(stateFolder))))[..12];
        var given = Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")?.Split(':')[0];
        string?[] candidates =
        [
            configured.Length > 0 ? configured : null,
            given is { Length: > 0 } ? Path.Combine(given, name) : null,
            Path.Combine("/run/edgeagent", name),
            Path.Combine("/dev/shm", $"edgeagent-{name}"),
        ];
        return [.. candidates.OfType<string>()];
    }

    private static bool IsUsable(string folder)
    {
        try
        {
            // /dev/shm belongs to everyone: a folder that somebody else has put there is not ours.
            var isShared = folder.StartsWith("/dev/shm/", StringComparison.Ordinal);
            if (isShared && !Directory.Exists("/dev/shm")) return false;
            var info = Directory.CreateDirectory(folder, PrivateFiles.FolderMode);
            if (isShared && (info.LinkTarget is not null || info.UnixFileMode != PrivateFiles.FolderMode)) return false;
            // Nobody can have put a link or a pipe there before, whoever else may write to the folder.
            var probe = Path.Combine(folder, $"probe-{Guid.NewGuid():N}");
            PrivateFiles.OpenNew(probe).Dispose();
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "agent.runtime {Folder} cannot be written; {Chosen} is used instead")]
    private static partial void FolderNotUsable(ILogger logger, string folder, string chosen);
}

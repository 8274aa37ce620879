using System.Text;
using EdgeAgent.Doctor;
using EdgeAgent.Files;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Control;

/// <summary>
/// Leads from a configuration file to the agent that was started with it, whatever the file says by now: a small file in a folder
/// for what runs, named after the configuration's path, that holds the agent's state folder.
/// </summary>
internal static class AgentNote
{
    private const string ServiceFolder = "/run/edgeagent";

    /// <summary>Leaves the note; where it cannot be written the commands ask the configuration, as they would without it.</summary>
    public static void Write(string configuration, string stateFolder)
    {
        // An agent within another program has none.
        if (configuration.Length == 0) return;
        foreach (var folder in Folders())
            if (TryWrite(Path.Combine(folder, NameOf(configuration)), Path.GetFullPath(stateFolder))) return;
    }

    /// <summary>State folders of agents that were started with this configuration; those that were killed are among them.</summary>
    public static IEnumerable<string> Find(string configuration) =>
        Folders().Select(folder => TryRead(folder, NameOf(configuration))).OfType<string>();

    /// <summary>Takes the note away when the agent ends.</summary>
    public static void Remove(string configuration, string stateFolder)
    {
        if (configuration.Length == 0) return;
        foreach (var folder in Folders())
        {
            if (TryRead(folder, NameOf(configuration)) != Path.GetFullPath(stateFolder)) continue;
            try
            {
                File.Delete(Path.Combine(folder, NameOf(configuration)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever reads it finds that nobody answers there.
            }
        }
    }

    private static string NameOf(string configuration) =>
        $"edgeagent-{Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(Path.GetFullPath(configuration))))[..16]}.agent";

    private static IEnumerable<string> Folders() => new[]
    {
        Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")?.Split(':')[0], ServiceFolder,
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/dev/shm", Path.GetTempPath(),
    }.Where(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(folder)).Select(folder => folder!).Distinct();

    private static bool TryWrite(string path, string stateFolder)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        try
        {
            // A folder that everyone may write to can hold a link of that name already: the new file must not follow it.
            using (var file = new StreamWriter(new FileStream(draft, FileMode.CreateNew)))
                file.Write(stateFolder);
            File.Move(draft, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? TryRead(string folder, string name)
    {
        try
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || !IsTrusted(path, folder)) return null;
            return NamedFile.ReadText(path, FileLimits.Note).Trim() is { Length: > 0 } state ? state : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The service's own folder is its own; elsewhere only a note of the user who asks counts.</summary>
    private static bool IsTrusted(string path, string folder) =>
        FileOwner.Of(path) is { } owner
            && (owner == DiskFacts.User || (folder == ServiceFolder && owner == FileOwner.Of(folder)));
}

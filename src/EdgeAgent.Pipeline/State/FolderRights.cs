using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// Looks after a folder that everyone on the machine may write to: it is told, and links that lie in it are taken away, for the agent would
/// write over whatever they lead to.
/// </summary>
internal static partial class FolderRights
{
    /// <summary>Whether others than owner and group may write there.</summary>
    public static bool IsOpenToAll(string folder)
    {
        try
        {
            return Directory.Exists(folder) && (ModeOf(folder) & PrivateFiles.OthersWrite) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Rights of a file or folder.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(path);

    /// <summary>To be called at the start, before anything in the folder is opened.</summary>
    public static void Secure(string folder, ILogger logger)
    {
        if (!IsOpenToAll(folder)) return;
        OpenToAll(logger, folder);
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => e.LinkTarget is not null))
            {
                LinkRemoved(logger, entry.FullName, entry.LinkTarget!);
                File.Delete(entry.FullName);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotSecured(logger, folder, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "{Folder} may be written by everyone on this machine, who can read, forge or take away what the agent keeps: chmod o-rwx it")]
    private static partial void OpenToAll(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Warning,
        "{Link} led to {Target} and is removed: in a folder that everyone may write to links are not followed")]
    private static partial void LinkRemoved(ILogger logger, string link, string target);

    [LoggerMessage(LogLevel.Warning, "links in {Folder} cannot be looked at: {Failure}")]
    private static partial void NotSecured(ILogger logger, string folder, string failure);
}

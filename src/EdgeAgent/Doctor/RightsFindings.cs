using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Doctor;

/// <summary>Whether others on the machine may write to the agent's folders, or read what it keeps.</summary>
internal static class RightsFindings
{
    private const string Area = "rights";
    private const UnixFileMode OthersRead = UnixFileMode.OtherRead;

    public static IEnumerable<Finding> Check(AgentOptions options)
    {
        var folders = RuntimeFolder.Candidates(options.RuntimeFolder, options.StateFolder).Where(Directory.Exists).Take(1)
            .Append(Path.GetFullPath(options.StateFolder)).Distinct().Where(Directory.Exists).ToList();
        return folders.SelectMany(folder => FolderRights.IsOpenToAll(folder)
            ? [Finding.Bad(Area, $"{folder} may be written by everyone on this machine, who can forge or take away what the agent keeps",
                $"chmod o-rwx {folder}")]
            : Readable(folder));
    }

    /// <summary>Files that others may read, in a folder that they may enter.</summary>
    private static IEnumerable<Finding> Readable(string folder)
    {
        try
        {
            if ((FolderRights.ModeOf(folder) & UnixFileMode.OtherExecute) == 0) return [];
            var open = Directory.EnumerateFiles(folder).Where(f => (FolderRights.ModeOf(f) & OthersRead) != 0)
                .Order(StringComparer.Ordinal).ToList();
            return open.Count == 0 ? [] : [Finding.Warning(Area,
                $"{open[0]}{(open.Count > 1 ? $" and {open.Count - 1} more" : "")} may be read by everyone on this machine",
                $"chmod o-rwx {folder} and what is in it; files that the agent makes are its own user's alone")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Told with the disk.
            return [];
        }
    }
}

using EdgeAgent.Cli;
using EdgeAgent.Files;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Doctor;

/// <summary>The state folder: whose it is, who may write there, what the disk below it has left and whether it lasts.</summary>
internal static class DiskFindings
{
    private const string Area = "disk";
    private const int InodesWanted = 100;

    public static IEnumerable<Finding> Check(AgentOptions options)
    {
        var folder = Path.GetFullPath(options.StateFolder);
        var there = DiskFacts.Nearest(folder);
        return [Rights(folder, there), .. Owners(folder), .. Lasting(folder, there), .. Room(options, folder, there)];
    }

    private static Finding Rights(string folder, string there)
    {
        if (File.Exists(folder)) return Finding.Bad(Area, $"{folder} is a file, not a folder", "set agent.state to a folder");
        if (FileRights.IsWritable(there))
            return Finding.Fine(Area, there == folder ? $"{folder} can be written" : $"{folder} is not there yet; the agent makes it");
        if (DiskFacts.RoomOf(there) is { IsReadOnly: true })
            return Finding.Bad(Area, $"{there} is mounted read-only",
                $"mount -o remount,rw, or set agent.state to a folder on a disk that can be written");
        var owner = FileOwner.Of(there);
        return owner == DiskFacts.User || there != folder
            ? Finding.Bad(Area, $"this user may not write to {there}", $"chown it to the agent's user, chmod u+rwx")
            : Finding.Warning(Area, $"this user may not write to {there}, which belongs to user {owner}",
                $"if the agent runs as user {owner}, all is well: run doctor as that user; otherwise chown it");
    }

    /// <summary>The usual trouble after someone has run the agent as root once.</summary>
    private static IEnumerable<Finding> Owners(string folder)
    {
        if (!Directory.Exists(folder) || FileOwner.Of(folder) is not { } owner) return [];
        try
        {
            var strange = Directory.EnumerateFileSystemEntries(folder)
                .Where(f => FileOwner.Of(f) is { } other && other != owner).Order(StringComparer.Ordinal).ToList();
            return strange.Count == 0 ? [] : [Finding.Warning(Area, $"{strange[0]}{(strange.Count > 1 ? $" and {strange.Count - 1} more belong" : " belongs")} to another user than {folder}", $"chown -R --reference={folder} {folder}")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Finding.Warning(Area, $"{folder} cannot be listed by this user", "run it as the agent's user, or as root")];
        }
    }

    private static IEnumerable<Finding> Lasting(string folder, string there) => DiskFacts.FormatOf(there) switch
    {
        "tmpfs" or "ramfs" =>
            [Finding.Warning(
                Area, $"{folder} lies in memory (tmpfs): what is owed is lost with the power", "set agent.state to a folder on a disk")],
        "overlay" or "overlayfs" =>
            [Finding.Warning(
                Area, $"{folder} lies in a container's own layer: what is owed is lost with the container", "mount a volume there")],
        "nfs" or "nfs4" or "cifs" or "smb" or "smb2" or "fuse" =>
            [Finding.Warning(Area, $"{folder} lies on {DiskFacts.FormatOf(there)}, whose locks and syncs cannot be relied on",
                "set agent.state to a folder on a disk of this machine")],
        _ => [],
    };

    private static IEnumerable<Finding> Room(AgentOptions options, string folder, string there)
    {
        if (DiskFacts.RoomOf(there) is not { } room) yield break;
        var (size, reserve) = (options.Upstream.Outbox.Size, options.Upstream.Outbox.Reserve);
        var growth = size - StoreFiles.Bytes(Path.Combine(folder, "outbox.db"));
        var format = DiskFacts.FormatOf(there) is { Length: > 0 } known ? $" on {known}" : "";
        var free = $"{Words.Bytes(room.FreeBytes)} free{format}{(room.FreeInodes is { } inodes ? $", room for {Words.Count(inodes)} files" : "")}";
        yield return room.FreeBytes <= reserve
            ? Finding.Bad(Area, $"{free}: less than upstream.buffer.reserve ({Words.Bytes(reserve)}), so the outbox does not grow",
                "make room on it, or set a smaller reserve")
            : room.FreeBytes - reserve < growth
                ? Finding.Warning(
                    Area, $"{free}: the outbox cannot grow to upstream.buffer.size ({Words.Bytes(size)}) and leave the reserve "
                        + $"({Words.Bytes(reserve)})", "make room on it, or set a smaller size")
                : Finding.Fine(Area, free);
        if (room.FreeInodes < InodesWanted)
            yield return Finding.Bad(Area, $"only {room.FreeInodes} files can still be made there", "delete small files on it (df -i)");
    }
}

using System.Globalization;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>The files of one store: the database, its write-ahead log, the index of that, and a journal while it is being made.</summary>
internal static class StoreFiles
{
    /// <summary>Free bytes where the system does not say how many: plenty.</summary>
    public const long UnknownBytes = long.MaxValue;

    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>What they take on disk together.</summary>
    public static long Bytes(string path) => Suffixes.Sum(s => new FileInfo(path + s) is { Exists: true } file ? file.Length : 0);

    /// <summary>Where damaged files go; a name of its own for each time.</summary>
    public static string AsideName(string path, DateTimeOffset now)
    {
        var name = $"{path}.corrupt-{now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
        for (var i = 2; Suffixes.Any(s => File.Exists(name + s)); i++)
            name = $"{path}.corrupt-{now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}-{i}";
        return name;
    }

    /// <summary>Moves all that there is of a store. The database last: while it is there, the move is not finished.</summary>
    public static void Move(string from, string to)
    {
        foreach (var suffix in Suffixes.Reverse())
            if (File.Exists(from + suffix))
                File.Move(from + suffix, to + suffix, overwrite: true);
    }

    public static void Delete(string path)
    {
        foreach (var suffix in Suffixes)
            File.Delete(path + suffix);
    }

    /// <summary>Free bytes on the file system that the store lies on, or <see cref="UnknownBytes"/>.</summary>
    public static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return UnknownBytes;
        }
    }
}

using System.IO.Compression;
using EdgeAgent.Files;

namespace EdgeAgent.Recordings;

/// <summary>A file that may hold a recording.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">How results name it: below the folder that was given, or as it was given.</param>
/// <param name="Device">The device that its readings belong to, where they do not say it themselves.</param>
/// <param name="IsFound">It was found in a folder, where other files may lie beside recordings.</param>
public readonly record struct RecordingFile(string Path, string Name, string Device, bool IsFound = false)
{
    /// <summary>Whether it holds a message a line, not a table, by its name.</summary>
    public bool HasMessages => RecordingFiles.HasEnding(Path, RecordingFiles.MessageEndings);
}

/// <summary>Finds recordings: files as given, folders with all below them that look like recordings.</summary>
public static class RecordingFiles
{
    /// <summary>How the names of the files end that are looked for in folders; one that is named is read whatever its name.</summary>
    public const string Endings = ".csv, .tsv, .txt, .lvm, .jsonl or .ndjson, or one of these packed as .gz";

    internal static readonly string[] MessageEndings = [".jsonl", ".ndjson"];
    internal const string Packed = ".gz";

    private static readonly string[] TableEndings = [".csv", ".tsv", ".txt", ".lvm"];

    /// <exception cref="RecordingException">Nothing there.</exception>
    public static IReadOnlyList<RecordingFile> Find(IEnumerable<string> paths) => [.. paths.SelectMany(Find)];

    /// <summary>All below a folder that look like recordings, in the order of their names, the same on every machine.</summary>
    public static IReadOnlyList<RecordingFile> Below(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => (HasEnding(f, TableEndings) || HasEnding(f, MessageEndings)) && !Path.GetFileName(f).StartsWith('.'))
            .Select(f => (Path: f, Name: Path.GetRelativePath(folder, f).Replace('\\', '/')))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new RecordingFile(f.Path, f.Name, WithoutEnding(f.Name), IsFound: true)),
    ];

    /// <summary>Whether a file holds a message a line: by its name, or by its first letter.</summary>
    internal static bool HasMessages(string path, string text) =>
        HasEnding(path, MessageEndings) || text.AsSpan().TrimStart() is ['{', ..];

    /// <summary>Opens a file of messages for reading line by line, unpacked where it is packed.</summary>
    /// <exception cref="IOException">It cannot be opened, or is no regular file.</exception>
    public static StreamReader OpenText(string path)
    {
        var stream = NamedFile.Open(path, FileLimits.Messages);
        if (path.EndsWith(Packed, StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream);
    }

    /// <summary>Whether a file holds a message a line, whatever it is called.</summary>
    public static bool HoldsMessages(string path)
    {
        if (HasEnding(path, MessageEndings)) return true;
        using var reader = OpenText(path);
        var start = new char[256];
        try
        {
            return HasMessages(path, new string(start, 0, reader.Read(start)));
        }
        // Packed and damaged: whoever reads all of it says so.
        catch (InvalidDataException)
        {
            return false;
        }
    }

    internal static bool HasEnding(string path, string[] endings)
    {
        var name = path.EndsWith(Packed, StringComparison.OrdinalIgnoreCase) ? path[..^Packed.Length] : path;
        return endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }

    private static IReadOnlyList<RecordingFile> Find(string path)
    {
        if (NamedFile.Problem(path) is { } problem && !Directory.Exists(path)) throw new RecordingException($"{path}: {problem}");
        if (File.Exists(path)) return [new RecordingFile(path, path, WithoutEnding(Path.GetFileName(path)))];
        if (!Directory.Exists(path)) throw new RecordingException($"{path}: no such file or folder");
        var files = Below(path);
        return files.Count > 0 ? files : throw new RecordingException($"{path}: holds no recording; expected {Endings}");
    }

    private static string WithoutEnding(string name) =>
        Path.ChangeExtension(name.EndsWith(Packed, StringComparison.OrdinalIgnoreCase) ? name[..^Packed.Length] : name, null);
}

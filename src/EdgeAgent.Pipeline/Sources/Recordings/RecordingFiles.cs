namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>One recording to play.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">How results name it: below the folder that was given, or as it was given.</param>
/// <param name="Device">Device whose readings a CSV file holds.</param>
internal readonly record struct RecordingFile(string Path, string Name, string Device)
{
    public bool IsCsv => System.IO.Path.GetExtension(Path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Finds recordings: files as given, folders with all below them.</summary>
internal static class RecordingFiles
{
    private static readonly string[] Extensions = [".csv", ".jsonl", ".ndjson"];

    /// <exception cref="RecordingException">Nothing there, or of a kind that cannot be read.</exception>
    public static IReadOnlyList<RecordingFile> Find(IEnumerable<string> paths) => [.. paths.SelectMany(Find)];

    private static IEnumerable<RecordingFile> Find(string path)
    {
        if (File.Exists(path))
            return Extensions.Contains(Path.GetExtension(path).ToLowerInvariant())
                ? [new RecordingFile(path, path, Path.GetFileNameWithoutExtension(path))]
                : throw new RecordingException($"{path}: cannot tell what it holds; expected a name that ends with {string.Join(", ", Extensions)}");
        if (!Directory.Exists(path)) throw new RecordingException($"{path}: no such file or folder");
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .Select(f => (Path: f, Name: Path.GetRelativePath(path, f).Replace('\\', '/')))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new RecordingFile(f.Path, f.Name, Path.ChangeExtension(f.Name, null)))
            .ToList();
        return files.Count > 0 ? files : throw new RecordingException($"{path}: holds no recording ({string.Join(", ", Extensions)})");
    }
}

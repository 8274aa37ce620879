using System.IO.Enumeration;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Finds the recordings below a folder. All share the channels of the first.</summary>
internal static class RecordingFolder
{
    /// <param name="folder">Searched with its subfolders for <c>*.csv</c>.</param>
    /// <param name="channels">Columns to take; null takes those of the first file.</param>
    /// <returns>The recordings in the order of their names, the same on every machine.</returns>
    /// <exception cref="ModelingException">There is none, or one cannot be used.</exception>
    public static IReadOnlyList<Recording> Read(string folder, IReadOnlyList<string>? channels)
    {
        if (!Directory.Exists(folder))
            throw new ModelingException($"{folder}: no such folder; --data expects a folder of CSV recordings");
        var names = Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (names.Length == 0)
            throw new ModelingException($"{folder}: no *.csv file in it or below it");
        var recordings = new List<Recording>();
        foreach (var name in names)
            recordings.Add(RecordingReader.Read(Path.Combine(folder, name), name, channels ?? recordings.FirstOrDefault()?.Channels));
        return recordings;
    }

    /// <summary>Whether a recording's name matches one of the patterns; <c>*</c> and <c>?</c> stand for anything.</summary>
    public static bool Matches(string name, IEnumerable<string> globs) =>
        globs.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false));
}

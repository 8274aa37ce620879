using System.IO.Enumeration;
using EdgeAgent.Recordings;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Finds the recordings below a folder, leaves out what is none, and settles which channels they share.</summary>
internal static class RecordingFolder
{
    private const int ErrorsShown = 5;

    /// <summary>The recordings; what was unusual or left out is told on standard error.</summary>
    /// <param name="folder">Searched with its subfolders, as RecordingFiles does; or one file.</param>
    /// <param name="channels">Columns to take; null takes those that the files share.</param>
    /// <exception cref="ModelingException">There is none that can be used.</exception>
    public static IReadOnlyList<Recording> Read(string folder, IReadOnlyList<string>? channels)
    {
        var set = ReadAll(folder, channels);
        foreach (var note in set.Notes)
            Console.Error.WriteLine(note);
        return set.Recordings;
    }

    /// <summary>The recordings in the order of their names, the same on every machine, with all there is to tell about them.</summary>
    /// <exception cref="ModelingException">There is none that can be used.</exception>
    public static RecordingSet ReadAll(string folder, IReadOnlyList<string>? channels)
    {
        var errors = new List<ReadNote>();
        var raws = ReadRaws(folder, errors);
        return RecordingSet.Of(raws, channels, errors.Select(e => e with { Text = $"{e.Text} (file left out)" }), folder);
    }

    /// <summary>All that the files hold, before it is settled which of it is taken.</summary>
    /// <param name="folder">A folder, or one file.</param>
    /// <param name="errors">Told which files were left out, and why.</param>
    /// <exception cref="ModelingException">There is none that can be used.</exception>
    public static IReadOnlyList<RawRecording> ReadRaws(string folder, List<ReadNote> errors)
    {
        var files = Files(folder);
        if (files.Length == 0)
            throw new ModelingException($"{folder}: no file of readings in it or below it; expected {RecordingFiles.Endings}");
        var raws = new List<RawRecording>();
        foreach (var (path, name) in files)
        {
            try
            {
                raws.AddRange(RecordingReader.Read(path, name));
            }
            catch (RecordingException e)
            {
                errors.Add(new ReadNote(name, e.Message, IsLoss: true));
            }
        }
        if (raws.Count == 0)
            throw new ModelingException(errors.Count == 1 ? errors[0].Text
                : $"{folder}: none of {errors.Count} files can be used:\n  {string.Join("\n  ", errors.Take(ErrorsShown))}");
        return raws;
    }

    /// <summary>One file by itself.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How errors and results name it.</param>
    /// <param name="channels">Columns to take, in this order; null takes all that are numbers and no time or label.</param>
    /// <exception cref="ModelingException">It is no recording, or none that can be used.</exception>
    public static Recording ReadFile(string path, string name, IReadOnlyList<string>? channels = null)
    {
        try
        {
            return RecordingSet.Of(RecordingReader.Read(path, name), channels, [], name).Recordings[0];
        }
        catch (RecordingException e)
        {
            throw new ModelingException(e.Message, e);
        }
    }

    /// <summary>Whether a recording's name matches one of the patterns; <c>*</c> and <c>?</c> stand for anything.</summary>
    public static bool Matches(string name, IEnumerable<string> globs) =>
        globs.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false));

    private static (string Path, string Name)[] Files(string folder)
    {
        if (File.Exists(folder)) return [(folder, Path.GetFileName(folder))];
        if (!Directory.Exists(folder))
            throw new ModelingException($"{folder}: no such folder; --data expects a folder of CSV recordings");
        return [.. RecordingFiles.Below(folder).Select(f => (f.Path, f.Name))];
    }
}

using EdgeAgent.Recordings.Messages;
using EdgeAgent.Recordings.Tables;

namespace EdgeAgent.Recordings;

/// <summary>
/// Reads one file of readings, however it is spelled, and says what was unusual, naming file and line. The whole file is
/// held: what separates its cells, whether day or month stands first and which way time runs show only in all of it. That
/// takes about seven times the file's size while it is read (79 MB: 570), and a third of that for what is given back.
/// </summary>
public static class RecordingReader
{
    /// <param name="path">The file.</param>
    /// <param name="name">How errors and results name it.</param>
    /// <param name="label">A column that is a label besides those known by name, and the one that counts; null: none.</param>
    /// <exception cref="RecordingException">It is no recording; the message names file and line, and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    /// <returns>One recording a device: a table is of one unless a column names several; messages say whose they are.</returns>
    public static IReadOnlyList<RawRecording> Read(string path, string name, string? label = null)
    {
        var text = RecordingText.Read(path, name);
        var labels = new LabelColumn(label);
        if (RecordingFiles.HasMessages(path, text)) return ReadMessages(MessageFile.Read(text, name), name, labels);
        return TableReader.Read(LabviewFile.Is(text) ? LabviewFile.Read(text, name) : CsvShape.Of(text, name), name, labels);
    }

    private static List<RawRecording> ReadMessages(MessageFile file, string name, LabelColumn labels)
    {
        var recordings = new List<RawRecording>();
        RecordingException? first = null;
        foreach (var device in file.Devices)
        {
            var of = file.Devices.Count == 1 ? name : $"{name}, {device.Name}";
            try
            {
                recordings.AddRange(TableReader.Read(device.Shape(of), of, labels, device.Name, recordings.Count == 0 ? file : null));
            }
            // Beside those of sensors there are messages of states and of births.
            catch (RecordingException e) when (file.Devices.Count > 1)
            {
                first ??= e;
            }
        }
        return recordings.Count > 0 ? recordings : throw first!;
    }
}

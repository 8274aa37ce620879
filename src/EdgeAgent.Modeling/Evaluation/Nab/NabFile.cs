using System.Globalization;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation.Nab;

/// <summary>A recording of NAB as an agent takes it, and the times of all its rows, by which NAB scores.</summary>
/// <param name="Recording">Without the rows that are older than one before them: to an agent those are late.</param>
/// <param name="RowTimes">Of all rows, without fractions of a second.</param>
internal sealed record NabFile(Recording Recording, string[] RowTimes)
{
    /// <param name="path">The file.</param>
    /// <param name="name">How results name it.</param>
    /// <param name="channels">Columns to take; null takes all that are no time or label.</param>
    /// <exception cref="ModelingException">A row cannot be read.</exception>
    public static NabFile Read(string path, string name, IReadOnlyList<string>? channels)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0)
            throw new ModelingException($"{name}: the file is empty; expected a header line and readings");
        var header = RecordingHeader.Parse(lines[0], name);
        var columns = header.Choose(channels ?? header.Channels, name);
        var (all, kept, times, values) = (new List<string>(), new List<string>(), new List<DateTime>(), new List<float>());
        for (var line = 1; line < lines.Length; line++)
        {
            if (lines[line].Length == 0) continue;
            var cells = lines[line].Split(header.Separator);
            if (cells.Length != header.ColumnCount || !TryTime(cells[header.Time], out var time))
                throw new ModelingException($"{name}:{line + 1}: expected {header.ColumnCount} columns and a time such as 2014-01-07 02:00:00");
            var text = WholeSeconds(cells[header.Time]);
            all.Add(text);
            if (times.Count > 0 && time < times[^1]) continue;
            times.Add(time);
            kept.Add(text);
            foreach (var (column, channel) in columns)
                values.Add(float.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
                    ? value
                    : throw new ModelingException($"{name}:{line + 1}: column \"{channel}\" holds \"{cells[column]}\"; expected a number"));
        }
        return new NabFile(new Recording(name, [.. columns.Select(c => c.Name)], [.. times], [.. kept], [.. values], null), [.. all]);
    }

    /// <summary>The time of a row that was read.</summary>
    public static DateTime Time(string text) => TryTime(text, out var time) ? time : throw new ModelingException($"\"{text}\" is no time");

    private static bool TryTime(string text, out DateTime time) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out time);

    /// <summary>NAB writes its windows with fractions and its rows without.</summary>
    public static string WholeSeconds(string time) => time.Trim().Split('.')[0];
}

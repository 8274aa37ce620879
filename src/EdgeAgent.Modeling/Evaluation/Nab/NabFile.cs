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
        var names = lines[0].Split(',');
        var timeColumn = Array.IndexOf(names, "timestamp");
        if (timeColumn < 0)
            throw new ModelingException(
                $"{name}:1: no column \"timestamp\" among {string.Join(", ", names)}; NAB's recordings have timestamp,value");
        var columns = Columns(names, timeColumn, channels, name);
        var (all, kept, times, values) = (new List<string>(), new List<string>(), new List<DateTime>(), new List<float>());
        for (var line = 1; line < lines.Length; line++)
        {
            if (lines[line].Length == 0) continue;
            var cells = lines[line].Split(',');
            if (cells.Length != names.Length || !TryTime(cells[timeColumn], out var time))
                throw new ModelingException($"{name}:{line + 1}: expected {names.Length} columns and a time such as 2014-01-07 02:00:00");
            var text = WholeSeconds(cells[timeColumn]);
            all.Add(text);
            if (times.Count > 0 && time < times[^1]) continue;
            times.Add(time);
            kept.Add(text);
            foreach (var (column, channel) in columns)
            {
                var isNumber = float.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
                values.Add(isNumber && float.IsFinite(value)
                    ? value
                    : throw new ModelingException($"{name}:{line + 1}: column \"{channel}\" holds \"{cells[column]}\"; expected a number"));
            }
        }
        return new NabFile(new Recording(name, [.. columns.Select(c => c.Name)], [.. times], [.. kept], [.. values], null), [.. all]);
    }

    private static (int Column, string Name)[] Columns(string[] names, int timeColumn, IReadOnlyList<string>? channels, string file) =>
        [.. (channels ?? [.. names.Where((_, i) => i != timeColumn)]).Select(channel => Array.IndexOf(names, channel) is >= 0 and var i
            ? (i, channel)
            : throw new ModelingException($"{file}:1: column \"{channel}\" is missing; the file has {string.Join(", ", names)}"))];

    /// <summary>The time of a row that was read.</summary>
    public static DateTime Time(string text) => TryTime(text, out var time) ? time : throw new ModelingException($"\"{text}\" is no time");

    private static bool TryTime(string text, out DateTime time) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out time);

    /// <summary>NAB writes its windows with fractions and its rows without.</summary>
    public static string WholeSeconds(string time) => time.Trim().Split('.')[0];
}

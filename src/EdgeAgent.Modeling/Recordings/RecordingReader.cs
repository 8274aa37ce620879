using System.Globalization;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Reads a CSV recording and refuses what a model must not learn from, naming file and line.</summary>
internal static class RecordingReader
{
    /// <param name="path">The file.</param>
    /// <param name="name">How errors and results name it.</param>
    /// <param name="channels">Columns to take, in this order; null takes all that are no time or label.</param>
    /// <exception cref="ModelingException">A value is no finite number, a time does not rise, a column is missing.</exception>
    public static Recording Read(string path, string name, IReadOnlyList<string>? channels = null)
    {
        using var reader = new StreamReader(path);
        var first = reader.ReadLine() ?? throw new ModelingException($"{name}: the file is empty; expected a header line and readings");
        var header = RecordingHeader.Parse(first, name);
        var columns = header.Choose(channels ?? header.Channels, name);
        var rows = new Rows();
        for (var line = 2; reader.ReadLine() is { } text; line++)
            if (text.Length > 0)
                rows.Add(text.Split(header.Separator), header, columns, $"{name}:{line}");
        return new Recording(name, [.. columns.Select(c => c.Name)], [.. rows.Times], [.. rows.TimeTexts],
            [.. rows.Values], header.Label < 0 ? null : [.. rows.Labels]);
    }

    private sealed class Rows
    {
        public List<DateTime> Times { get; } = [];
        public List<string> TimeTexts { get; } = [];
        public List<float> Values { get; } = [];
        public List<bool> Labels { get; } = [];

        public void Add(string[] cells, RecordingHeader header, (int Column, string Name)[] columns, string where)
        {
            if (cells.Length != header.ColumnCount)
                throw new ModelingException($"{where}: {cells.Length} columns, the header has {header.ColumnCount}");
            AddTime(cells[header.Time].Trim().Trim('"'), where);
            foreach (var (column, name) in columns)
                Values.Add(ParseValue(cells[column], name, where));
            if (header.Label >= 0)
                Labels.Add(ParseValue(cells[header.Label], "anomaly", where) != 0);
        }

        private void AddTime(string text, string where)
        {
            var time = ParseTime(text, where);
            if (Times.Count > 0 && time <= Times[^1])
                throw new ModelingException($"{where}: time {text} {(time == Times[^1] ? "repeats the line before" : $"goes back behind {TimeTexts[^1]}")}; "
                    + "sort the rows by time and remove repeats");
            Times.Add(time);
            TimeTexts.Add(text);
        }
    }

    private static float ParseValue(string cell, string column, string where)
    {
        if (float.TryParse(cell.Trim().Trim('"'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value))
            return value;
        var found = cell.Trim().Length == 0 ? "is empty" : $"holds \"{cell.Trim()}\"";
        throw new ModelingException($"{where}: column \"{column}\" {found}; expected a number with a decimal point. Remove the row, or leave the column out with --channels");
    }

    private static DateTime ParseTime(string text, string where)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var unix) && Math.Abs(unix) < 1e14)
            // Seconds since 1970 reach 1e11 in the year 5138; anything larger counts milliseconds.
            return DateTime.UnixEpoch.AddSeconds(Math.Abs(unix) < 1e11 ? unix : unix / 1000);
        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time))
            return time;
        throw new ModelingException($"{where}: \"{text}\" is no time; expected 2020-03-09 10:14:33 or seconds since 1970");
    }
}

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Which column of a CSV file is the time, which the label, and which are channels.</summary>
internal sealed class RecordingHeader
{
    private static readonly string[] TimeNames = ["datetime", "timestamp", "time", "date", "ts"];
    private const string LabelName = "anomaly";
    // Marks where a fault changes its course; of use to no one who judges reading by reading.
    private const string ChangeName = "changepoint";

    private RecordingHeader(string[] columns, char separator, int time)
    {
        ColumnCount = columns.Length;
        Separator = separator;
        Time = time;
        Label = Array.FindIndex(columns, c => c.Equals(LabelName, StringComparison.OrdinalIgnoreCase));
        ChannelColumns = [.. Enumerable.Range(0, columns.Length).Where(i => i != time && i != Label && !IsIgnored(columns[i]))];
        Channels = [.. ChannelColumns.Select(i => columns[i])];
    }

    public int ColumnCount { get; }
    public char Separator { get; }
    public int Time { get; }
    /// <summary>Index of the label's column, or -1.</summary>
    public int Label { get; }
    public int[] ChannelColumns { get; }
    public string[] Channels { get; }

    /// <exception cref="ModelingException">The line is no header with a time column and at least one channel.</exception>
    public static RecordingHeader Parse(string line, string file)
    {
        var separator = line.Contains(';') ? ';' : ',';
        var columns = line.TrimStart('\uFEFF').Split(separator).Select(c => c.Trim().Trim('"')).ToArray();
        var time = Array.FindIndex(columns, c => TimeNames.Contains(c, StringComparer.OrdinalIgnoreCase));
        if (time < 0)
            throw new ModelingException($"{file}:1: no time column; expected one named {string.Join(", ", TimeNames)} among: {string.Join(", ", columns)}");
        var repeated = columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (repeated is not null)
            throw new ModelingException($"{file}:1: column \"{repeated.Key}\" appears {repeated.Count()} times; give each column its own name");
        var header = new RecordingHeader(columns, separator, time);
        if (header.Channels.Length == 0)
            throw new ModelingException($"{file}:1: no channel beside the time column \"{columns[time]}\"; expected columns separated by ; or ,");
        return header;
    }

    /// <summary>Keeps only <paramref name="channels"/>, in that order.</summary>
    /// <exception cref="ModelingException">One of them is not in the file.</exception>
    public (int Column, string Name)[] Choose(IReadOnlyList<string> channels, string file) =>
        [.. channels.Select(name => Array.IndexOf(Channels, name) is >= 0 and var i
            ? (ChannelColumns[i], name)
            : throw new ModelingException($"{file}:1: column \"{name}\" is missing; the file has {string.Join(", ", Channels)}"))];

    private static bool IsIgnored(string column) => column.Equals(ChangeName, StringComparison.OrdinalIgnoreCase);
}

using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>The first line of a CSV recording: which columns are the time, the channels and the labels.</summary>
internal sealed class CsvHeader
{
    private static readonly string[] TimeNames = ["datetime", "timestamp", "time", "date", "ts", "utc", "epoch", "unixtime", "zeit", "datum", "zeitstempel"];
    private static readonly char[] Separators = [';', '\t', ','];

    private CsvHeader(byte separator, int timeColumn, int[] positions, LabelColumns labels, string[] columns)
    {
        LabelColumn = Array.FindIndex(columns, labels.IsStretch);
        ChangeColumn = Array.FindIndex(columns, LabelColumns.IsChange);
        Separator = separator;
        TimeColumn = timeColumn;
        Positions = positions;
    }

    public byte Separator { get; }
    public int TimeColumn { get; }
    /// <summary>For each column its channel's position, or −1 for time and labels.</summary>
    public int[] Positions { get; }
    /// <summary>The column that says which readings are known to be anomalous; −1: none.</summary>
    public int LabelColumn { get; }
    /// <summary>The column that marks where the course of things changes; −1: none.</summary>
    public int ChangeColumn { get; }

    /// <exception cref="RecordingException">No time column, or nothing beside it.</exception>
    public static CsvHeader Parse(string line, string file, ChannelTable channels, LabelColumns labels)
    {
        // A comma may stand inside a name; the others hardly do.
        var separator = Separators.FirstOrDefault(line.Contains, ',');
        var columns = line.TrimStart('\uFEFF').Split(separator).Select(c => c.Trim().Trim('"')).ToArray();
        var time = Array.FindIndex(columns, IsTime);
        // A data frame is written with its index first, which has no name.
        if (time < 0 && columns is ["", _, ..]) time = 0;
        if (time < 0)
            throw new RecordingException($"{file}:1: no time column; expected one named {string.Join(", ", TimeNames)} among {string.Join(", ", columns)}");
        var positions = columns.Select((c, i) => i == time || labels.Holds(c) ? -1 : channels.Find(c)).ToArray();
        return positions.Any(p => p >= 0)
            ? new CsvHeader((byte)separator, time, positions, labels, columns)
            : throw new RecordingException($"{file}:1: no channel beside the time column \"{columns[time]}\"; expected columns separated by ; , or tab");
    }

    /// <summary>Blanks, dashes and what stands in brackets are no part of the name: "Date Time", "time (s)".</summary>
    private static bool IsTime(string column)
    {
        var bracket = column.AsSpan().IndexOfAny('(', '[');
        var name = string.Concat((bracket > 0 ? column[..bracket] : column).Where(char.IsLetter));
        return TimeNames.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}

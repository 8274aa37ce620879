using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Ingest.Recordings;

/// <summary>The first line of a CSV recording: which columns are the time, the channels and the labels.</summary>
internal sealed class CsvHeader
{
    private static readonly string[] TimeNames = ["datetime", "timestamp", "time", "date", "ts"];

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
        var separator = line.Contains(';') ? ';' : ',';
        var columns = line.TrimStart('\uFEFF').Split(separator).Select(c => c.Trim().Trim('"')).ToArray();
        var time = Array.FindIndex(columns, c => TimeNames.Contains(c, StringComparer.OrdinalIgnoreCase));
        if (time < 0)
            throw new RecordingException($"{file}:1: no time column; expected one named {string.Join(", ", TimeNames)} among {string.Join(", ", columns)}");
        var positions = columns.Select((c, i) => i == time || labels.Holds(c) ? -1 : channels.Find(c)).ToArray();
        return positions.Any(p => p >= 0)
            ? new CsvHeader((byte)separator, time, positions, labels, columns)
            : throw new RecordingException($"{file}:1: no channel beside the time column \"{columns[time]}\"; expected columns separated by ; or ,");
    }
}

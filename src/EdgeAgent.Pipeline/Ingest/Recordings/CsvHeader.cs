using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Ingest.Recordings;

/// <summary>The first line of a CSV recording: which column is the time, and which are channels.</summary>
internal sealed class CsvHeader
{
    private static readonly string[] TimeNames = ["datetime", "timestamp", "time", "date", "ts"];
    // Labels belong to whoever scores a detector; the detector never sees them.
    private static readonly string[] LabelNames = ["anomaly", "changepoint", "label"];

    private CsvHeader(byte separator, int timeColumn, int[] positions)
    {
        Separator = separator;
        TimeColumn = timeColumn;
        Positions = positions;
    }

    public byte Separator { get; }
    public int TimeColumn { get; }
    /// <summary>For each column its channel's position, or −1 for time and labels.</summary>
    public int[] Positions { get; }

    /// <exception cref="RecordingException">No time column, or nothing beside it.</exception>
    public static CsvHeader Parse(string line, string file, ChannelTable channels)
    {
        var separator = line.Contains(';') ? ';' : ',';
        var columns = line.TrimStart('\uFEFF').Split(separator).Select(c => c.Trim().Trim('"')).ToArray();
        var time = Array.FindIndex(columns, c => TimeNames.Contains(c, StringComparer.OrdinalIgnoreCase));
        if (time < 0)
            throw new RecordingException($"{file}:1: no time column; expected one named {string.Join(", ", TimeNames)} among {string.Join(", ", columns)}");
        var positions = columns.Select((c, i) => i == time || LabelNames.Contains(c, StringComparer.OrdinalIgnoreCase) ? -1 : channels.Find(c)).ToArray();
        return positions.Any(p => p >= 0)
            ? new CsvHeader((byte)separator, time, positions)
            : throw new RecordingException($"{file}:1: no channel beside the time column \"{columns[time]}\"; expected columns separated by ; or ,");
    }
}

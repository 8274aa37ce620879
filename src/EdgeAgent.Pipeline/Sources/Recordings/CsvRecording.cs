using System.Buffers.Text;
using System.Text;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>
/// Reads a CSV recording line by line: one device, a time column, one column a channel. Numbers and times go through the
/// same parsers as live payloads. The current reading is good until the next line is read.
/// </summary>
internal sealed class CsvRecording : IDisposable
{
    private readonly StreamReader _reader;
    private readonly string _file;
    private readonly CsvHeader _header;
    private readonly ChannelTable _channels;
    private readonly float[] _values;
    private byte[] _line = new byte[1024];

    /// <exception cref="RecordingException">The file is empty or has no usable header.</exception>
    public CsvRecording(string file, ChannelTable channels, LabelColumns? labels = null)
    {
        _file = file;
        _channels = channels;
        _reader = new StreamReader(file);
        var first = _reader.ReadLine() ?? throw new RecordingException($"{file}: empty; expected a header line and readings");
        _header = CsvHeader.Parse(first, file, channels, labels ?? LabelColumns.Usual);
        LineNumber = 1;
        _values = new float[channels.Count];
    }

    /// <summary>Line of the current reading; the header is line 1.</summary>
    public int LineNumber { get; private set; }
    /// <summary>Its time as the file spells it.</summary>
    public string TimeText { get; private set; } = "";
    public long TimeTicks { get; private set; }
    public ReadOnlySpan<float> Values => _values;
    /// <summary>Whether the recording says which readings are anomalous.</summary>
    public bool HasLabels => _header.LabelColumn >= 0;
    /// <summary>Whether the reading is labelled as anomalous.</summary>
    public bool IsLabelled { get; private set; }
    /// <summary>Whether the reading is labelled as one at which the course of things changes.</summary>
    public bool IsChange { get; private set; }
    public long BytesRead => _reader.BaseStream.Position;
    /// <summary>Lines that could not be used.</summary>
    public int BadLines { get; private set; }
    /// <summary>What was wrong with the first of them.</summary>
    public string? FirstProblem { get; private set; }

    /// <summary>Goes to the next usable line; those that are not are counted and skipped.</summary>
    public bool Read()
    {
        while (_reader.ReadLine() is { } text)
        {
            LineNumber++;
            if (text.Length == 0) continue;
            if (Problem(text) is not { } problem) return true;
            BadLines++;
            FirstProblem ??= $"{_file}:{LineNumber}: {problem}";
        }
        return false;
    }

    public void Dispose() => _reader.Dispose();

    private string? Problem(string text)
    {
        if (_line.Length < text.Length * 3) _line = new byte[text.Length * 3];
        var line = _line.AsSpan(0, Encoding.UTF8.GetBytes(text, _line));
        Array.Fill(_values, float.NaN);
        var column = 0;
        foreach (var range in line.Split(_header.Separator))
        {
            if (column == _header.Positions.Length) return $"more columns than the header's {_header.Positions.Length}";
            var cell = line[range].Trim(" \""u8);
            if (column == _header.TimeColumn && !TryTakeTime(cell)) return $"\"{TimeText}\" is no time; expected 2020-03-09 10:14:33 or a Unix time";
            if (column == _header.LabelColumn) IsLabelled = IsSet(cell);
            if (column == _header.ChangeColumn) IsChange = IsSet(cell);
            if (_header.Positions[column] is >= 0 and var position && !TryTakeValue(cell, position))
                return $"column \"{_channels.Current.Names[position]}\" holds \"{Encoding.UTF8.GetString(cell)}\"; expected a number";
            column++;
        }
        return column == _header.Positions.Length ? null : $"{column} columns, the header has {_header.Positions.Length}";
    }

    private bool TryTakeTime(ReadOnlySpan<byte> cell)
    {
        TimeText = Encoding.UTF8.GetString(cell);
        var ticks = 0L;
        var isTime = Utf8Parser.TryParse(cell, out long unix, out var used) && used == cell.Length
            ? EventTime.TryFromUnix(unix, ref ticks)
            : Utf8Parser.TryParse(cell, out decimal fraction, out used) && used == cell.Length
                ? EventTime.TryFromUnix(fraction, ref ticks)
                : EventTime.TryParse(cell, ref ticks);
        TimeTicks = ticks;
        return isTime;
    }

    /// <summary>Labels are 0 and 1, with or without decimals, or true and false; what is neither labels nothing.</summary>
    private static bool IsSet(ReadOnlySpan<byte> cell) =>
        Utf8Parser.TryParse(cell, out double value, out var used) && used == cell.Length
            ? value != 0
            : Ascii.EqualsIgnoreCase(cell, "true"u8);

    /// <summary>An empty cell is a missing value.</summary>
    private bool TryTakeValue(ReadOnlySpan<byte> cell, int position)
    {
        if (cell.IsEmpty) return true;
        if (!Utf8Parser.TryParse(cell, out float value, out var used) || used != cell.Length) return false;
        _values[position] = float.IsFinite(value) ? value : float.NaN;
        return true;
    }
}

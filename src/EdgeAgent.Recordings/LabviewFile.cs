using System.Globalization;
using System.Text;

namespace EdgeAgent.Recordings;

/// <summary>
/// A LabVIEW measurement file as a table: its headers, one for the file and one before each segment, say how numbers are spelled,
/// when the segment began, and how far apart its samples are where no column does.
/// </summary>
internal sealed class LabviewFile
{
    private const string Mark = "LabVIEW Measurement";
    private const string EndOfHeader = "***End_of_Header***";

    private readonly List<int> _lines = [];
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string[]> _header = new(StringComparer.OrdinalIgnoreCase);
    private char _separator = '\t';
    private bool _hasComma, _hasStart;
    private long _start;
    private int _samples, _width;

    private LabviewFile() { }

    public static bool Is(string text) => text.AsSpan().TrimStart().StartsWith(Mark, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="RecordingException">It has no column of numbers.</exception>
    public static CsvShape Read(string text, string name)
    {
        var file = new LabviewFile();
        var line = 0;
        var state = Part.Header;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (!content.IsWhiteSpace()) state = file.Take(content, line, state);
        }
        if (file._lines.Count == 0) 
            throw new RecordingException($"{name}: a LabVIEW file without samples; expected rows behind {EndOfHeader}");
        var table = CsvTable.Parse(file._text.ToString(), '\t', lineOf: l => file._lines[Math.Min(l, file._lines.Count) - 1]);
        var notes = new List<string>
        {
            file._hasStart ? "times count from the date in the header" : "no date in the header; times count from 1970",
        };
        return CsvShape.Of(table, '\t', new NumberForm(file._hasComma), name, notes);
    }

    private enum Part { Header, Names, Samples }

    private Part Take(ReadOnlySpan<char> content, int line, Part part)
    {
        if (content.StartsWith(EndOfHeader, StringComparison.OrdinalIgnoreCase))
        {
            BeginSegment();
            return Part.Names;
        }
        var cells = content.ToString().Split(_separator);
        if (part == Part.Samples && char.IsLetter(content[0])) part = Part.Header;
        if (part == Part.Header || part == Part.Names && !IsNames(cells))
        {
            if (cells[0] == "Separator" && cells.Length > 1) _separator = cells[1].Trim() == "Comma" ? ',' : '\t';
            if (content.StartsWith("Separator,", StringComparison.Ordinal)) _separator = ',';
            _header[cells[0].Trim()] = cells[1..];
            return Part.Header;
        }
        if (part == Part.Names) AddNames(cells, line);
        else AddSamples(cells, line);
        return Part.Samples;
    }

    private static bool IsNames(string[] cells) => cells[0].Trim() is "X_Value" or "";

    private void BeginSegment()
    {
        _hasComma |= Header("Decimal_Separator") == ",";
        _samples = 0;
        _hasStart = TimeText.TryRead($"{Header("Date")} {Header("Time")}", out var start) && start.HasDate;
        _start = _hasStart ? start.Ticks(DateOrder.MonthFirst) : DateTime.UnixEpoch.Ticks;
    }

    private string Header(string key) =>
        _header.TryGetValue(key, out var cells) ? Array.Find(cells, c => c.Trim().Length > 0)?.Trim() ?? "" : "";

    private void AddNames(string[] cells, int line)
    {
        if (_width > 0) return;
        _width = cells.Length;
        _text.Append("timestamp");
        for (var c = 1; c < cells.Length; c++)
            if (IsChannel(cells[c])) _text.Append('\t').Append(cells[c].Trim());
        _names = cells;
        End(line);
    }

    private string[] _names = [];

    // The comment stands behind all others, and with a time column for each channel they repeat.
    private static bool IsChannel(string name) => name.Trim() is not ("Comment" or "X_Value" or "");

    private void AddSamples(string[] cells, int line)
    {
        var x = Number(cells[0]) ?? _samples * (Number(Header("Delta_X")) ?? 1) + (Number(Header("X0")) ?? 0);
        _samples++;
        var at = new DateTime(Math.Max(0, _start + (long)Math.Round(x * TimeSpan.TicksPerSecond)), DateTimeKind.Utc);
        _text.Append(at.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        for (var c = 1; c < _names.Length; c++)
            if (IsChannel(_names[c])) _text.Append('\t').Append(c < cells.Length ? cells[c].Trim() : "");
        End(line);
    }

    private void End(int line)
    {
        _text.Append('\n');
        _lines.Add(line);
    }

    private double? Number(string text) =>
        new NumberForm(_hasComma).Read(text.Trim(), out var value) == CellKind.Number ? value : null;
}

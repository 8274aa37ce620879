namespace EdgeAgent.Recordings;

/// <summary>
/// The cells of a CSV text without a copy of each: rows of any length, quotes understood; lines without content and lines that
/// begin with # left out. Where the separator is a blank, any number of blanks and tabs is one.
/// </summary>
internal sealed class CsvTable
{
    private readonly string _text;
    // Start and length of each cell; a negative length: the cell holds doubled quotes.
    private readonly List<(int Start, int Length)> _cells = [];
    private readonly List<int> _firsts = [0];
    private readonly List<int> _lines = [];

    private CsvTable(string text) => _text = text;

    public int Rows => _lines.Count;

    /// <summary>Lines left out because they begin with #.</summary>
    public int Comments { get; private set; }

    /// <summary>Whether some cell stood in quotes.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>Line of the file that holds the row, from 1.</summary>
    public int Line(int row) => LineOf is null ? _lines[row] : LineOf(_lines[row]);

    /// <summary>The line of the file behind a line of the text, where they differ.</summary>
    public Func<int, int>? LineOf { get; init; }

    public int Columns(int row) => _firsts[row + 1] - _firsts[row];

    /// <summary>A cell without quotes and blanks around it; empty where the row is too short.</summary>
    public ReadOnlySpan<char> Cell(int row, int column)
    {
        if (column >= Columns(row)) return default;
        var (start, length) = _cells[_firsts[row] + column];
        return length >= 0 ? _text.AsSpan(start, length) : _text.Substring(start, -length).Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    /// <param name="text">All of it.</param>
    /// <param name="separator">Between cells.</param>
    /// <param name="rowLimit">Rows to take at most.</param>
    /// <param name="lineOf">The line of the file behind a line of the text, where they differ.</param>
    public static CsvTable Parse(string text, char separator, int rowLimit = int.MaxValue, Func<int, int>? lineOf = null)
    {
        var table = new CsvTable(text) { LineOf = lineOf };
        // Room for all at once: lists that grow would hold half as much again.
        if (rowLimit == int.MaxValue) table._cells.Capacity = text.AsSpan().Count(separator) + text.AsSpan().Count('\n') + 1;
        var line = 0;
        for (var at = 0; at < text.Length && table.Rows < rowLimit;)
        {
            line++;
            var end = text.AsSpan(at).IndexOfAny('\r', '\n');
            end = end < 0 ? text.Length : at + end;
            table.AddLine(at, end, separator, line);
            at = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }
        return table;
    }

    private void AddLine(int start, int end, char separator, int line)
    {
        var content = _text.AsSpan(start, end - start).Trim();
        // Spreadsheets leave rows of nothing but separators.
        if (content.IsEmpty || content.Trim(separator).IsWhiteSpace()) return;
        if (content[0] == '#' && content.IndexOf(separator) is var cut && !LooksLikeHeader(content, cut))
        {
            Comments++;
            return;
        }
        if (separator == ' ') AddBlankSeparated(start, end);
        else
            for (var at = start; at <= end;)
                at = AddCell(at, end, separator) + 1;
        _firsts.Add(_cells.Count);
        _lines.Add(line);
    }

    /// <summary>Some loggers mark their header, and only that, with a #, as in "#time,a,b".</summary>
    private bool LooksLikeHeader(ReadOnlySpan<char> content, int cut) =>
        Rows == 0 && cut > 0 && TimeColumn.IsTimeName(content[1..cut].Trim().Trim('"').ToString());

    private void AddBlankSeparated(int start, int end)
    {
        (start, var length) = Trimmed(start, end);
        end = start + length;
        for (var at = start; at < end;)
        {
            at = AddCell(at, end, ' ');
            while (at < end && char.IsWhiteSpace(_text[at])) at++;
        }
    }

    /// <summary>Takes the cell that begins at <paramref name="at"/>; gives where its separator stands.</summary>
    private int AddCell(int at, int end, char separator)
    {
        var from = at;
        while (from < end && _text[from] is ' ' or '\t' && _text[from] != separator)
            from++;
        if (from < end && _text[from] == '"')
        {
            var (close, doubled) = Closing(from + 1, end);
            if (close >= 0)
            {
                HasQuotes = true;
                var inside = Trimmed(from + 1, close);
                _cells.Add(doubled ? (inside.Start, -inside.Length) : inside);
                var next = _text.IndexOf(separator, close, end - close);
                return next < 0 ? end : next;
            }
        }
        var stop = separator == ' ' ? _text.IndexOfAny([' ', '\t'], at, end - at) : _text.IndexOf(separator, at, end - at);
        if (stop < 0) stop = end;
        if (separator == ',' && stop < end && char.IsAsciiLetter(_text[from])) stop = EndOfDate(from, stop, end);
        _cells.Add(Trimmed(at, stop));
        return stop;
    }

    /// <summary>The comma of "Mar 09, 2024 06:00:00 AM" separates no cells, even where it stands in no quotes.</summary>
    private int EndOfDate(int start, int comma, int end)
    {
        if (!TimeNames.IsMonthAndDay(_text.AsSpan(start, comma - start))) return comma;
        var rest = _text.AsSpan(comma + 1, end - comma - 1).TrimStart(' ');
        if (rest.Length < 4 || rest[..4].IndexOfAnyExceptInRange('0', '9') >= 0) return comma;
        var next = _text.IndexOf(',', comma + 1, end - comma - 1);
        return next < 0 ? end : next;
    }

    private (int Close, bool Doubled) Closing(int at, int end)
    {
        var doubled = false;
        for (; at < end; at++)
        {
            if (_text[at] != '"') continue;
            if (at + 1 >= end || _text[at + 1] != '"') return (at, doubled);
            doubled = true;
            at++;
        }
        return (-1, doubled);
    }

    private (int Start, int Length) Trimmed(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(_text[start])) start++;
        while (end > start && char.IsWhiteSpace(_text[end - 1])) end--;
        return (start, end - start);
    }
}

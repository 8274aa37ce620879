using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeAgent.Recordings.Messages;

/// <summary>
/// The messages of one device as a table, a message a row, so that they are read like any other: what stands at a place in
/// the payload is a column. Below an object named <c>values</c> a column has the bare name, elsewhere its path with dots.
/// </summary>
/// <param name="name">The device; null: the file does not say.</param>
internal sealed class MessageTable(string? name)
{
    private const string Bare = "values";
    private const string Numbers =
        "messages with a number for each channel: the file holds JSON lines, in which texts and lists are no channels";
    private const int ColumnLimit = 4096;

    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<string?[]> _rows = [];
    private readonly List<string> _arrivals = [];
    private readonly List<int> _lines = [];
    private readonly List<(int Column, string Cell)> _cells = [];
    private string? _block;

    public string? Name => name;

    /// <summary>Takes a message; gives what is wrong with it, or null.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public string? Add(ReadOnlySpan<byte> payload, string arrival, int line)
    {
        var reader = new Utf8JsonReader(payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "the message is no object";
        _cells.Clear();
        _block = null;
        ReadObject(ref reader, "");
        // Throws at junk behind the object.
        reader.Read();
        if (_block is not null)
            return $"\"{_block}\" is a block of samples, which only a source that knows their rate can read: replay --config";
        if (_cells.Count == 0) return "the message has no values";
        var row = new string?[_cells.Max(c => c.Column) + 1];
        foreach (var (column, cell) in _cells)
            row[column] = cell;
        _rows.Add(row);
        _arrivals.Add(arrival);
        _lines.Add(line);
        return null;
    }

    /// <exception cref="RecordingException">No column is of numbers.</exception>
    public CsvShape Shape(string file)
    {
        // The sender's time counts before that of arrival.
        var times = _columns.Where(c => TimeColumn.IsTimeName(c.Key) && IsTime(c.Value)).Select(c => c.Value).Take(1).ToList();
        var hasArrival = times.Count == 0 && _arrivals.TrueForAll(a => a.Length > 0);
        var order = times.Concat(Enumerable.Range(0, _columns.Count).Except(times)).ToArray();
        var names = _columns.Keys.ToArray();
        var text = new StringBuilder();
        if (hasArrival) text.Append("timestamp\t");
        Append(text, order.Select(c => names[c]));
        for (var r = 0; r < _rows.Count; r++)
        {
            var row = _rows[r];
            if (hasArrival) text.Append(_arrivals[r]).Append('\t');
            Append(text, order.Select(c => c < row.Length ? row[c] : null));
        }
        var table = CsvTable.Parse(text.ToString(), '\t', lineOf: line => _lines[Math.Max(0, line - 2)]);
        return CsvShape.Of(table, '\t', default, file, expected: Numbers);
    }

    /// <summary>Whether the first value of the column is a date, or a number as large as Unix times are.</summary>
    private bool IsTime(int column)
    {
        var first = _rows.Select(r => column < r.Length ? r[column] : null).FirstOrDefault(c => c is not null);
        return double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? TimeColumn.IsEpoch(number)
            : TimeText.TryRead(first, out var time) && time.HasDate;
    }

    private static void Append(StringBuilder text, IEnumerable<string?> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst) text.Append('\t');
            isFirst = false;
            // Quotes at least, so that a row of nothing is no blank line.
            text.Append('"').Append(cell?.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('"');
        }
        text.Append('\n');
    }

    private void ReadObject(ref Utf8JsonReader reader, string path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            var place = path.Length == 0 || path == Bare ? key : $"{path}.{key}";
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, place);
                    break;
                case JsonTokenType.StartArray:
                    if (IsBlock(reader)) _block ??= place;
                    reader.Skip();
                    break;
                case JsonTokenType.Null:
                    Put(place, "");
                    break;
                case JsonTokenType.String:
                    Put(place, reader.GetString()!);
                    break;
                default:
                    Put(place, Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
            }
        }
    }

    private static bool IsBlock(Utf8JsonReader array) => array.Read() && array.TokenType == JsonTokenType.Number;

    private void Put(string place, string cell)
    {
        if (!_columns.TryGetValue(place, out var column))
        {
            if (_columns.Count == ColumnLimit) return;
            _columns.Add(place, column = _columns.Count);
        }
        _cells.Add((column, cell));
    }
}

namespace EdgeAgent.Recordings.Tables;

/// <summary>A table with a column for each channel: which columns are channels, and their values for each device.</summary>
internal sealed class WideTable
{
    private static readonly HashSet<string> CounterNames =
        ["entryid", "id", "index", "idx", "row", "rownumber", "no", "nr", "seq", "record", "recordnumber"];

    private readonly TableSource _source;
    private readonly CsvShape _shape;
    private readonly List<QualityColumn> _qualities;
    private readonly List<int> _channels = [];
    private readonly List<DroppedColumn> _dropped = [];
    private readonly int _label, _change;

    /// <param name="source">The table.</param>
    /// <param name="device">The column that names devices; -1: none does.</param>
    /// <exception cref="RecordingException">It has no channel, or two of one name.</exception>
    public WideTable(TableSource source, int device)
    {
        (_source, _shape) = (source, source.Shape);
        _qualities = QualityColumn.All(_shape, isLong: false);
        _label = source.Label(c => c == device || _qualities.Exists(q => q.Column == c), _dropped);
        _change = Array.FindIndex(_shape.Names, LabelColumn.IsChange);
        for (var c = 0; c < _shape.Names.Length; c++)
        {
            if (c == _label || c == device || c == source.Time.Column || c == source.Time.Clock) continue;
            if (NoChannel(c) is { } why) _dropped.Add(new DroppedColumn(_shape.Names[c], why));
            else _channels.Add(c);
        }
        Require();
    }

    /// <summary>Whether a column of that name, in letters only, often counts the rows.</summary>
    public static bool IsCounterName(string plain) => CounterNames.Contains(plain);

    /// <summary>The readings of one device.</summary>
    /// <param name="indices">Which of the usable rows.</param>
    /// <param name="device">Whose; null: the table does not say.</param>
    /// <param name="counts">What could not be used.</param>
    public RawRecording Take(List<int> indices, string? device, RowCounts counts)
    {
        // Of many devices each has notes of its own.
        var isPart = indices.Count < _source.Usable.Rows.Count;
        var notes = isPart ? [] : _shape.Notes;
        var (rows, ticks) = _source.Arrange(indices, notes);
        var columns = _channels.ConvertAll(c => new RecordedChannel(_shape.Names[c], Values(rows, c, notes)));
        if (isPart && indices[0] == 0) notes.InsertRange(0, _shape.Notes);
        return new RawRecording(isPart ? $"{_source.Name}, {device}" : _source.Name)
        {
            Device = device,
            Lines = Array.ConvertAll(rows, _shape.Table.Line),
            Ticks = ticks,
            TimeTexts = Array.ConvertAll(rows, _source.Reader.Text),
            Columns = columns,
            Labels = _source.Marks(rows, _label),
            LabelName = _label < 0 ? null : _shape.Names[_label],
            Changes = _source.Marks(rows, _change),
            Dropped = _dropped,
            Notes = notes,
            BadLines = counts.Bad,
            FirstProblem = counts.Problem,
        };
    }

    private float[] Values(int[] rows, int column, List<string> notes)
    {
        var reader = new ChannelValues(_shape, _shape.Names[column]);
        var quality = QualityColumn.For(_shape, column, _qualities);
        var values = Array.ConvertAll(rows, r => reader.Take(r, column, quality));
        reader.Finish(values, notes);
        return values;
    }

    private string? NoChannel(int column)
    {
        var name = _shape.Names[column];
        if (LabelColumn.IsChange(name)) return "marks changes; ignored";
        if (_qualities.Exists(q => q.Column == column)) return "says how good values are: what is bad counts as missing";
        if (_source.Labels.Is(_shape, column)) return "a label";
        if (name.Length == 0 && column > 0 && _shape.Kinds[column] == ColumnKind.Empty) return "has no name and no values";
        if (_shape.Kinds[column] == ColumnKind.Number) return NoSensor(column);
        return _shape.Kinds[column] switch
        {
            ColumnKind.Empty => "empty",
            ColumnKind.Time => "another time",
            _ => $"holds text, such as \"{FirstText(column)}\"",
        };
    }

    private string? NoSensor(int column)
    {
        var plain = TimeColumn.Plain(_shape.Names[column]);
        if (_source.Time.Column != 0 && column == 0 && CountsRows(column) || CounterNames.Contains(plain) && CountsRows(column))
            return "counts the rows";
        // A bare t is more often a temperature.
        if (plain.Length > 1 && TimeColumn.IsTimeName(plain) && TimeColumn.Rises(_shape, column)) return "another time";
        return plain == "table" && Array.Exists(_shape.Names, n => n is "_time" or "_start") ? "numbers the tables of the export" : null;
    }

    private string FirstText(int column)
    {
        for (var row = _shape.FirstRow; row < _shape.Table.Rows; row++)
            if (!NumberForm.IsMissing(_shape.Table.Cell(row, column)))
                return _shape.Table.Cell(row, column) is { Length: > 30 } cell
                    ? $"{cell[..30]}…"
                    : _shape.Table.Cell(row, column).ToString();
        return "";
    }

    /// <summary>0, 1, 2, … as programs put before their rows, or backward where the newest come first.</summary>
    private bool CountsRows(int column)
    {
        double before = double.NaN, step = double.NaN;
        for (var row = _shape.FirstRow; row < _shape.Table.Rows; row++)
        {
            if (_shape.Read(row, column, out var value) != CellKind.Number) return false;
            if (double.IsNaN(step)) step = value - before;
            if (row > _shape.FirstRow && (value != before + step || Math.Abs(step) != 1)) return false;
            before = value;
        }
        return _shape.Table.Rows - _shape.FirstRow > 2;
    }

    private void Require()
    {
        var place = $"{_source.Name}:{_shape.Table.Line(0)}";
        if (_channels.GroupBy(c => _shape.Names[c], StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new RecordingException(
                $"{place}: column \"{repeated.Key}\" appears {repeated.Count()} times; give each column its own name");
        if (_channels.Count > 0) return;
        var reasons = string.Join(", ", _dropped.Select(d => $"\"{d.Column}\" ({d.Why})"));
        throw new RecordingException($"{place}: no channel beside time and label; "
            + $"expected {_shape.Expected}{(_dropped.Count == 0 ? "" : $"; left out: {reasons}")}");
    }
}

namespace EdgeAgent.Recordings;

/// <summary>Which column says which readings are known to be anomalous: it measures a model and never trains one.</summary>
/// <param name="named">A column that is a label besides those known by name, and the one that counts; null: none.</param>
internal sealed class LabelColumn(string? named)
{
    private const int ClassLimit = 50;
    // Of a name that is a label wherever it stands, where it holds whole numbers or words.
    private static readonly HashSet<string> Names =
    [
        "anomaly", "anomalies", "anomalous", "isanomaly", "isanomalous", "anomalylabel", "anomalyflag",
        "label", "labels", "islabel",
        "attack", "isattack", "attackflag", "attacklabel",
        "normalattack",
        "fault", "isfault", "faulty", "faultlabel", "faultflag", "faultnumber",
        "failure", "isfailure", "machinefailure",
        "class", "target", "outlier", "isoutlier", "abnormal", "isabnormal",
        "groundtruth", "gt", "truth", "defect", "isdefect",
    ];
    // Labels only where words are in it and one of them is a normal one.
    private static readonly HashSet<string> WordNames = ["status", "state", "machinestatus", "condition", "health", "mode"];
    private static readonly HashSet<string> ChangeNames = ["changepoint", "ischangepoint", "changepoints"];
    private static readonly HashSet<string> Normal = new(StringComparer.OrdinalIgnoreCase)
        {
            "normal", "ok", "good", "healthy", "nominal", "benign", "regular", "inlier",
            "no", "none", "false", "n", "f", "0", "0.0",
            "no fault", "no_fault", "nofault", "non-anomaly", "not anomaly",
        };
    private static readonly HashSet<string> Odd = new(StringComparer.OrdinalIgnoreCase) { "yes", "true", "y", "t", "1", "1.0" };

    public bool HasName => named is not null;

    /// <summary>Whether it is the one that the user named.</summary>
    public bool IsNamed(string column) => named is not null && column.Equals(named, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a column marks changes; of use to no one who judges reading by reading.</summary>
    public static bool IsChange(string name) => ChangeNames.Contains(TimeColumn.Plain(name));

    /// <summary>Whether a column named so, holding this, is a label.</summary>
    public bool Is(CsvShape shape, int column)
    {
        if (IsNamed(shape.Names[column])) return true;
        var name = TimeColumn.Plain(shape.Names[column]);
        var (isLabel, isWord) = (Names.Contains(name), WordNames.Contains(name));
        if (!isLabel && !isWord) return false;
        var values = Distinct(shape, column);
        if (values is null) return false;
        if (shape.Kinds[column] == ColumnKind.Text) return values.Any(v => Normal.Contains(v.Trim())) && (isLabel || values.Count > 1);
        return isLabel && (values.Count == 0
            || values.All(v => IsWhole(shape, v))
                && values.Any(v => shape.Numbers.Read(v, out var n) == CellKind.Number && n is 0 or 1));
    }

    /// <summary>Whether a label's cell means an anomaly; an empty one does not.</summary>
    public static bool IsSet(CsvShape shape, ReadOnlySpan<char> cell)
    {
        if (NumberForm.IsMissing(cell)) return false;
        if (shape.Numbers.Read(cell, out var number) == CellKind.Number) return number != 0;
        var word = cell.ToString().Trim();
        return Odd.Contains(word) || !Normal.Contains(word);
    }

    private static bool IsWhole(CsvShape shape, string value) => shape.Numbers.Read(value, out var n) == CellKind.Number
        ? n == Math.Floor(n) && n is >= 0 and <= 1000
        : Odd.Contains(value) || Normal.Contains(value);

    private static HashSet<string>? Distinct(CsvShape shape, int column)
    {
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var lookup = values.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            var cell = shape.Table.Cell(row, column);
            if (NumberForm.IsMissing(cell) || cell.SequenceEqual(shape.Names[column]) || !lookup.Add(cell)) continue;
            if (values.Count > ClassLimit) return null;
        }
        return values;
    }
}

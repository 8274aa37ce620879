namespace EdgeAgent.Recordings;

/// <summary>Columns that say how far a value can be trusted: what is not good counts as missing.</summary>
internal sealed class QualityColumn
{
    private const int ValueLimit = 200;
    // The bits of an OPC quality that say good.
    private const double OpcGood = 192;
    private static readonly string[] Suffixes = 
        ["dataquality", "opcquality", "statuscode", "quality", "qualitycode", "validity", "status", "valid", "qual", "q"];
    private static readonly HashSet<string> Names =
    [
        "quality", "qualitycode", "dataquality", "opcquality", "qual", "quali", "validity", "valid", "isvalid", "good", "isgood", "isbad",
        "qualität", "qualitaet", "gültig", "status", "statuscode", "pointstatus", "valuestatus", "qualitystatus",
    ];
    // Names of other things, too: there all of the words must be about quality.
    private static readonly HashSet<string> Doubtful = ["status", "statuscode", "pointstatus", "valuestatus"];
    private static readonly string[] Good = ["good", "gut", "ok", "valid", "gültig", "true", "yes"];
    private static readonly string[] Bad =
    [
        "bad", "uncertain", "questionable", "suspect", "invalid", "stale", "poor", "doubtful", "no data", "calc", "i/o", "io ", "comm",
        "not connected", "substituted", "schlecht", "ungültig", "ungewiss", "unsicher", "false", "no", "error", "timeout", "shutdown",
    ];

    private readonly HashSet<string> _bad;

    private QualityColumn(int column, HashSet<string> bad) => (Column, _bad) = (column, bad);

    public int Column { get; }

    public bool IsGood(CsvShape shape, int row) =>
        _bad.Count == 0 || !_bad.GetAlternateLookup<ReadOnlySpan<char>>().Contains(shape.Table.Cell(row, Column));

    /// <summary>All such columns of a file.</summary>
    /// <param name="shape">The file.</param>
    /// <param name="isLong">It names tag and value: then a status can be nothing else.</param>
    public static List<QualityColumn> All(CsvShape shape, bool isLong)
    {
        var found = new List<QualityColumn>();
        for (var c = 0; c < shape.Names.Length; c++)
            if (shape.Kinds[c] != ColumnKind.Time && IsName(shape, c, out var name) && Of(shape, c, name, isLong) is { } quality)
                found.Add(quality);
        return found;
    }

    /// <summary>The one for a column: of its own name, as temp_quality is for temp, or the only one that is for none.</summary>
    public static QualityColumn? For(CsvShape shape, int column, List<QualityColumn> all) =>
        all.Find(q => Owner(shape, q.Column) == column)
        ?? (all.Count(q => Owner(shape, q.Column) < 0) == 1 ? all.Find(q => Owner(shape, q.Column) < 0) : null);

    private static bool IsName(CsvShape shape, int column, out string name)
    {
        name = TimeColumn.Plain(shape.Names[column]);
        if (Names.Contains(name)) return true;
        if (Owner(shape, column) < 0) return false;
        name = Suffixes.First(name.EndsWith);
        return true;
    }

    /// <summary>The column that it is about by its name; -1: none in particular.</summary>
    private static int Owner(CsvShape shape, int column)
    {
        var name = shape.Names[column];
        foreach (var suffix in Suffixes)
        {
            if (!name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) || name.Length == suffix.Length) continue;
            var stem = name[..^suffix.Length];
            if (stem.TrimEnd('_', '.', ' ', '-', '/', ':') is var bare && bare.Length == stem.Length) continue;
            var owner = Array.FindIndex(shape.Names, n => n.Equals(bare, StringComparison.OrdinalIgnoreCase)
                || n.Equals($"{bare}{stem[bare.Length]}value", StringComparison.OrdinalIgnoreCase));
            if (owner >= 0 && owner != column) return owner;
        }
        return -1;
    }

    private static QualityColumn? Of(CsvShape shape, int column, string name, bool isLong)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        for (var row = shape.FirstRow; row < shape.Table.Rows && values.Count <= ValueLimit; row++)
            // A header that is repeated holds no quality.
            if (shape.Table.Cell(row, column) is { Length: > 0 } cell && !cell.SequenceEqual(shape.Names[column]))
                values.GetAlternateLookup<ReadOnlySpan<char>>().Add(cell);
        if (values.Count is 0 or > ValueLimit) return null;
        var numbers = values.Select(v => shape.Numbers.Read(v, out var n) == CellKind.Number ? n : double.NaN).ToArray();
        if (!numbers.Any(double.IsNaN))
            return OfNumbers(name, numbers) is { } isGood
                ? new QualityColumn(column, [.. values.Where((_, i) => !isGood(numbers[i]))])
                : null;
        var (good, bad) = (values.Count(v => Begins(v, Good)), values.Count(v => Begins(v, Bad)));
        var isPlain = isLong || !Doubtful.Contains(name);
        if (isPlain ? good + bad == 0 : good + bad < values.Count || !values.Any(v => Begins(v, ["good", "bad"]))) return null;
        // Without a word that says so, nobody knows which of them is good.
        return good == 0 && bad < values.Count ? null : new QualityColumn(column, [.. values.Where(v => !IsGoodWord(v, name))]);
    }

    private static bool IsGoodWord(string value, string name) =>
        Begins(value, Good) != (name == "isbad") && !Begins(value, ["questionable"]);

    private static bool Begins(string value, string[] words) =>
        Array.Exists(words, w => value.StartsWith(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>Which numbers are good: 192 and more of OPC, 100 of percent, 1 of validity, 0 of a status; null: nobody knows.</summary>
    private static Func<double, bool>? OfNumbers(string name, double[] values)
    {
        if (Array.Exists(values, v => v != Math.Floor(v) || v < 0)) return null;
        var most = values.Max();
        if (Doubtful.Contains(name)) return most is >= OpcGood and < 256 ? n => n >= OpcGood : values.Contains(0) ? n => n == 0 : null;
        if (name == "isbad") return n => n == 0;
        if (most is >= OpcGood and < 65_536) return n => ((int)n & (int)OpcGood) == (int)OpcGood;
        if (most == 100) return n => n == 100;
        if (values.Contains(1)) return n => n == 1;
        return null;
    }
}

namespace EdgeAgent.Recordings;

/// <summary>What a column mostly holds.</summary>
internal enum ColumnKind { Empty, Number, Time, Text }

/// <summary>How a file is laid out: what separates its cells, where its header is, and where its readings begin.</summary>
/// <param name="Table">All cells.</param>
/// <param name="Separator">Between them.</param>
/// <param name="Numbers">How numbers are spelled.</param>
/// <param name="Names">The columns, as the header has them; invented where there is none.</param>
/// <param name="Kinds">What each column mostly holds.</param>
/// <param name="FirstRow">The first row of readings.</param>
/// <param name="Units">What stands behind the numbers of each column; null: nothing.</param>
/// <param name="Notes">What was unusual.</param>
internal sealed record CsvShape(
    CsvTable Table, char Separator, NumberForm Numbers, string[] Names, ColumnKind[] Kinds, int FirstRow, string?[] Units,
    List<string> Notes)
{
    /// <summary>What a table is expected to hold, where it holds none of it.</summary>
    public const string Columns = "a header line, a time column and one column a channel, separated by ; , tab | or blanks";
    private const int SampleRows = 300;
    private const double UsualShare = 0.6;
    private const double ReadableShare = 0.75;
    // In the order of preference where two do equally well: a comma may also be a decimal one.
    private static readonly char[] Separators = [';', '\t', '|', ','];

    /// <summary>What the file was expected to hold; goes on from "expected".</summary>
    public string Expected { get; private init; } = Columns;

    /// <exception cref="RecordingException">The text is no table with a column of numbers.</exception>
    public static CsvShape Of(string text, string file)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new RecordingException($"{file}: the file is empty; expected a header line and readings");
        var separator = FindSeparator(text);
        var table = CsvTable.Parse(text, separator);
        var notes = new List<string>();
        var numbers = NumberForm.Of(table, separator, notes);
        return Of(table, separator, numbers, file, notes, $"{Columns}{OtherForm.Of(text)}");
    }

    /// <summary>The number in a cell, without the unit of its column.</summary>
    public CellKind Read(int row, int column, out double value) => Read(Table.Cell(row, column), Numbers, Units[column], out value);

    /// <param name="table">All cells.</param>
    /// <param name="separator">Between them.</param>
    /// <param name="numbers">How numbers are spelled.</param>
    /// <param name="file">For messages.</param>
    /// <param name="notes">What is known already.</param>
    /// <param name="expected">What the file should hold, for messages.</param>
    /// <exception cref="RecordingException">It has no column of numbers.</exception>
    public static CsvShape Of(
        CsvTable table, char separator, NumberForm numbers, string file, List<string>? notes = null, string expected = Columns)
    {
        if (table.Rows == 0) throw new RecordingException($"{file}: holds comments only; expected a header line and readings");
        notes ??= [];
        if (table.Comments > 0) notes.Add($"{Count(table.Comments, "line")} that begin with # skipped");
        if (numbers.DecimalComma) notes.Add("numbers have a decimal comma");
        var width = UsualWidth(table, SampleRows);
        var units = Enumerable.Range(0, width).Select(c => UnitSuffix.Of(table, c, width, numbers)).ToArray();
        var kinds = KindsOf(table, numbers, units);
        if (!kinds.Contains(ColumnKind.Number))
            throw new RecordingException(
                $"{file}:{table.Line(0)}: no column of numbers, so this is no recording; "
                + $"expected {expected}");
        var first = Enumerable.Range(0, table.Rows).FirstOrDefault(r => IsReading(table, numbers, kinds, units, r), -1);
        if (first < 0)
            throw new RecordingException(
                $"{file}:{table.Line(0)}: no row has numbers where other rows have them; "
                + $"expected a header line and rows with as many cells");
        var names = Header(table, width, first, notes);
        for (var c = 0; c < width; c++)
            if (units[c] is { } unit) notes.Add($"the unit {unit} behind the numbers of \"{names[c]}\" cut off");
        return new CsvShape(table, separator, numbers, names, kinds, first, units, notes) { Expected = expected };
    }

    private static char FindSeparator(string text)
    {
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5) return text[4];
        var (best, bestShare) = (',', 0.0);
        foreach (var separator in Separators)
        {
            var table = CsvTable.Parse(text, separator, SampleRows);
            if (table.Rows == 0) continue;
            var width = UsualWidth(table, SampleRows);
            var share = Enumerable.Range(0, table.Rows).Count(r => table.Columns(r) == width) / (double)table.Rows;
            if (width > 1 && share >= UsualShare && share > bestShare) (best, bestShare) = (separator, share);
        }
        return best is ',' && IsBlankSeparated(text, bestShare) ? ' ' : best;
    }

    /// <summary>Whether blanks make more of the text numbers and times than commas do.</summary>
    private static bool IsBlankSeparated(string text, double commaShare)
    {
        var table = CsvTable.Parse(text, ' ', SampleRows);
        if (table.Rows == 0) return false;
        var width = UsualWidth(table, SampleRows);
        var share = Enumerable.Range(0, table.Rows).Count(r => table.Columns(r) == width) / (double)table.Rows;
        if (width < 2 || share < UsualShare || Readable(table, ' ') < ReadableShare) return false;
        return commaShare == 0 || Readable(CsvTable.Parse(text, ',', SampleRows), ',') < ReadableShare;
    }

    /// <summary>The share of cells below the first row, which may be a header, that are numbers or times.</summary>
    private static double Readable(CsvTable table, char separator)
    {
        var (numbers, good, all) = (NumberForm.Of(table, separator), 0, 0);
        for (var row = table.Rows > 1 ? 1 : 0; row < table.Rows; row++)
            for (var c = 0; c < table.Columns(row); c++, all++)
                if (KindOf(table.Cell(row, c), numbers, null) != ColumnKind.Text) good++;
        return good / (double)all;
    }

    private static int UsualWidth(CsvTable table, int rows) =>
        Enumerable.Range(0, Math.Min(table.Rows, rows))
            .GroupBy(table.Columns)
            .OrderByDescending(g => g.Count())
            .ThenByDescending(g => g.Key)
            .First().Key;

    private static ColumnKind[] KindsOf(CsvTable table, NumberForm numbers, string?[] units)
    {
        // From all over the file: a sensor may be silent at first.
        var step = Math.Max(1, table.Rows / SampleRows);
        var counts = new int[units.Length, 4];
        for (var row = 0; row < table.Rows; row += step)
            for (var c = 0; c < units.Length && table.Columns(row) == units.Length; c++)
                counts[c, (int)KindOf(table.Cell(row, c), numbers, units[c])]++;
        return [.. Enumerable.Range(0, units.Length).Select(c => Majority(counts, c))];
    }

    private static ColumnKind Majority(int[,] counts, int c)
    {
        var (number, time, text) = (counts[c, (int)ColumnKind.Number], counts[c, (int)ColumnKind.Time], counts[c, (int)ColumnKind.Text]);
        // The header's own cell is text; a file of one reading has a number against it.
        if (number + time + text == 0 || number + time == 0 && text == 1) return ColumnKind.Empty;
        if (number > 0 && number >= time && number >= text - 1) return ColumnKind.Number;
        return time > 0 && time >= text - 1 ? ColumnKind.Time : ColumnKind.Text;
    }

    private static ColumnKind KindOf(ReadOnlySpan<char> cell, NumberForm numbers, string? unit) =>
        Read(cell, numbers, unit, out _) switch
        {
            CellKind.Missing => ColumnKind.Empty,
            CellKind.Text => TimeText.TryRead(cell, out _) ? ColumnKind.Time : ColumnKind.Text,
            _ => ColumnKind.Number,
        };

    private static CellKind Read(ReadOnlySpan<char> cell, NumberForm numbers, string? unit, out double value)
    {
        var kind = numbers.Read(cell, out value);
        if (kind != CellKind.Text || unit is null || !UnitSuffix.TrySplit(cell, out var number, out var own)) return kind;
        var factor = UnitSuffix.Factor(own, unit);
        if (factor == 0) return CellKind.Text;
        kind = numbers.Read(number, out value);
        value *= factor;
        return kind;
    }

    /// <summary>Whether a row holds what its columns usually hold; where it has its times, a number may be a word such as "Bad".</summary>
    private static bool IsReading(CsvTable table, NumberForm numbers, ColumnKind[] kinds, string?[] units, int row)
    {
        if (table.Columns(row) < kinds.Length) return false;
        int found = 0, times = 0, texts = 0;
        for (var c = 0; c < kinds.Length; c++)
        {
            if (kinds[c] is ColumnKind.Text or ColumnKind.Empty) continue;
            var kind = KindOf(table.Cell(row, c), numbers, units[c]);
            if (kinds[c] == ColumnKind.Time && kind is not (ColumnKind.Time or ColumnKind.Empty)) return false;
            if (kind == ColumnKind.Time) times++;
            if (kind == ColumnKind.Text) texts++;
            if (kind is ColumnKind.Number or ColumnKind.Time) found++;
        }
        return found > 0 && (texts == 0 || times > 0);
    }

    private static string[] Header(CsvTable table, int width, int first, List<string> notes)
    {
        var at = -1;
        for (var row = 0; row < first; row++)
            if (table.Columns(row) >= width && Filled(table, row) * 2 >= width && (at < 0 || Filled(table, row) > Filled(table, at)))
                at = row;
        if (at < 0 && first > 0 && width > 1 && table.Columns(first - 1) == width - 1) at = first - 1;
        if (at < 0)
        {
            notes.Add($"no header line; the columns are called column1 to column{width}");
            return [.. Enumerable.Range(1, width).Select(i => $"column{i}")];
        }
        if (at > 0) notes.Add($"{Count(at, "line")} above the header skipped");
        if (first > at + 1)
            notes.Add($"{Count(first - at - 1, "line")} between header and readings skipped, first at line {table.Line(at + 1)}");
        // Some programs write row names without a name for their column.
        var shift = width - table.Columns(at) == 1 ? 1 : 0;
        var names = Enumerable.Range(0, width).Select(c => c < shift ? "" : table.Cell(at, c - shift).ToString()).ToArray();
        if (names[0].StartsWith('#')) names[0] = names[0][1..].Trim();
        return at > 0 && HasRepeats(names) ? WithGroups(table, at - 1, names) : names;
    }

    private static bool HasRepeats(string[] names) =>
        names.Where(n => n.Length > 0).GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1);

    /// <summary>Names that repeat get those of the row above them, whose cells count for all columns up to the next one.</summary>
    private static string[] WithGroups(CsvTable table, int row, string[] names)
    {
        var (joined, group) = ((string[])names.Clone(), "");
        for (var c = 0; c < names.Length; c++)
        {
            if (table.Cell(row, c) is { Length: > 0 } cell) group = cell.ToString();
            if (group.Length > 0 && names[c].Length > 0 && !TimeColumn.IsTimeName(names[c])) joined[c] = $"{group} {names[c]}";
        }
        return HasRepeats(joined) ? names : joined;
    }

    private static int Filled(CsvTable table, int row) => Enumerable.Range(0, table.Columns(row)).Count(c => table.Cell(row, c).Length > 0);

    /// <summary>"1 line", "2 lines".</summary>
    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

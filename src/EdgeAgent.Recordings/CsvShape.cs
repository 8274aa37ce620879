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
/// <param name="Notes">What was unusual.</param>
internal sealed record CsvShape(
    CsvTable Table, char Separator, NumberForm Numbers, string[] Names, ColumnKind[] Kinds, int FirstRow, List<string> Notes)
{
    private const int SampleRows = 300;
    private const double UsualShare = 0.6;
    // In the order of preference where two do equally well: a comma may also be a decimal one.
    private static readonly char[] Separators = [';', '\t', '|', ','];

    /// <exception cref="RecordingException">The text is no table with a column of numbers.</exception>
    public static CsvShape Of(string text, string file)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new RecordingException($"{file}: the file is empty; expected a header line and readings");
        var separator = FindSeparator(text);
        var table = CsvTable.Parse(text, separator);
        return Of(table, separator, NumberForm.Of(table, separator), file);
    }

    /// <param name="table">All cells.</param>
    /// <param name="separator">Between them.</param>
    /// <param name="numbers">How numbers are spelled.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="RecordingException">It has no column of numbers.</exception>
    public static CsvShape Of(CsvTable table, char separator, NumberForm numbers, string file)
    {
        if (table.Rows == 0) throw new RecordingException($"{file}: holds comments only; expected a header line and readings");
        var notes = new List<string>();
        if (table.Comments > 0) notes.Add($"{Count(table.Comments, "line")} that begin with # skipped");
        if (numbers.DecimalComma) notes.Add("numbers have a decimal comma");
        var width = UsualWidth(table, SampleRows);
        var kinds = KindsOf(table, numbers, width);
        if (!kinds.Contains(ColumnKind.Number))
            throw new RecordingException(
                $"{file}:{table.Line(0)}: no column of numbers, so this is no recording; "
                + $"expected a header line, a time column and one column a channel, separated by ; , tab or |");
        var first = Enumerable.Range(0, table.Rows).FirstOrDefault(r => IsReading(table, numbers, kinds, r), -1);
        if (first < 0)
            throw new RecordingException(
                $"{file}:{table.Line(0)}: no row has numbers where other rows have them; "
                + $"expected a header line and rows with as many cells");
        var names = Header(table, width, first, notes);
        return new CsvShape(table, separator, numbers, names, kinds, first, notes);
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
        return best;
    }

    private static int UsualWidth(CsvTable table, int rows) =>
        Enumerable.Range(0, Math.Min(table.Rows, rows))
            .GroupBy(table.Columns)
            .OrderByDescending(g => g.Count())
            .ThenByDescending(g => g.Key)
            .First().Key;

    private static ColumnKind[] KindsOf(CsvTable table, NumberForm numbers, int width)
    {
        // From all over the file: a sensor may be silent at first.
        var step = Math.Max(1, table.Rows / SampleRows);
        var counts = new int[width, 4];
        for (var row = 0; row < table.Rows; row += step)
            for (var c = 0; c < width && table.Columns(row) == width; c++)
                counts[c, (int)KindOf(table.Cell(row, c), numbers)]++;
        return [.. Enumerable.Range(0, width).Select(c => Majority(counts, c))];
    }

    private static ColumnKind Majority(int[,] counts, int c)
    {
        var (number, time, text) = (counts[c, (int)ColumnKind.Number], counts[c, (int)ColumnKind.Time], counts[c, (int)ColumnKind.Text]);
        // The header's own cell is text; a file of one reading has a number against it.
        if (number + time + text == 0 || number + time == 0 && text == 1) return ColumnKind.Empty;
        if (number > 0 && number >= time && number >= text - 1) return ColumnKind.Number;
        return time > 0 && time >= text - 1 ? ColumnKind.Time : ColumnKind.Text;
    }

    private static ColumnKind KindOf(ReadOnlySpan<char> cell, NumberForm numbers) => numbers.Read(cell, out _) switch
    {
        CellKind.Missing => ColumnKind.Empty,
        CellKind.Text => TimeText.TryRead(cell, out _) ? ColumnKind.Time : ColumnKind.Text,
        _ => ColumnKind.Number,
    };

    /// <summary>Whether a row holds what its columns usually hold.</summary>
    private static bool IsReading(CsvTable table, NumberForm numbers, ColumnKind[] kinds, int row)
    {
        if (table.Columns(row) < kinds.Length) return false;
        var found = false;
        for (var c = 0; c < kinds.Length; c++)
        {
            if (kinds[c] is ColumnKind.Text or ColumnKind.Empty) continue;
            var kind = KindOf(table.Cell(row, c), numbers);
            if (kind == ColumnKind.Text || kind != ColumnKind.Empty && kinds[c] == ColumnKind.Time && kind != ColumnKind.Time) return false;
            found |= kind is ColumnKind.Number or ColumnKind.Time;
        }
        return found;
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
        return names;
    }

    private static int Filled(CsvTable table, int row) => Enumerable.Range(0, table.Columns(row)).Count(c => table.Cell(row, c).Length > 0);

    /// <summary>"1 line", "2 lines".</summary>
    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

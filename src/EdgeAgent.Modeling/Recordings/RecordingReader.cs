namespace EdgeAgent.Modeling.Recordings;

/// <summary>Reads one file of readings, however it is spelled, and says what was unusual, naming file and line.</summary>
internal static class RecordingReader
{
    // More bad lines than this and nobody knows what the file is.
    private const double BadShare = 0.05;
    private const int BadLines = 2;

    /// <param name="path">The file.</param>
    /// <param name="name">How errors and results name it.</param>
    /// <param name="channels">Columns to take, in this order; null takes all that are numbers and no time or label.</param>
    /// <exception cref="ModelingException">It is no recording, or none that can be used.</exception>
    public static Recording Read(string path, string name, IReadOnlyList<string>? channels = null) =>
        RecordingSet.Of([ReadRaw(path, name)], channels, [], name).Recordings[0];

    /// <summary>All that a file holds; what to take of it is decided once all files are known.</summary>
    /// <exception cref="ModelingException">It is no recording.</exception>
    public static RawRecording ReadRaw(string path, string name)
    {
        var shape = CsvShape.Of(RecordingText.Read(path, name), name);
        var notes = shape.Notes;
        var column = TimeColumn.Find(shape, name);
        if (column.Kind == TimeKind.None) notes.Add("no column is a time; taken as one reading a second");
        if (column.Kind == TimeKind.ClockOnly) notes.Add($"column \"{shape.Names[column.Column]}\" has no date; days are counted from midnight to midnight");
        var time = new TimeReader(shape, column, name, notes);
        var (rows, ticks) = Rows(shape, time, name, notes);
        RequireOneDevice(shape, column, rows, ticks, name);
        var (order, rising) = TimeOrder.Arrange([.. ticks], i => $"{name}:{shape.Table.Line(rows[i])}", i => time.Text(rows[i]), notes);
        var chosen = Array.ConvertAll(order, i => rows[i]);

        var dropped = new List<(string, string)>();
        var label = Label(shape, column, dropped);
        var columns = new List<(string, float[])>();
        for (var c = 0; c < shape.Names.Length; c++)
            if (c != label && c != column.Column && c != column.Clock && NoChannel(shape, c, column) is var why)
            {
                if (why is not null) dropped.Add((shape.Names[c], why));
                else columns.Add((shape.Names[c], Values(shape, chosen, c, notes)));
            }
        RequireUnique(columns, shape, name);
        if (columns.Count == 0)
            throw new ModelingException($"{name}:{shape.Table.Line(0)}: no channel beside time and label; expected columns of numbers separated by ; , tab or |{Reasons(dropped)}");
        return new RawRecording(name, Array.ConvertAll(chosen, shape.Table.Line), rising, Array.ConvertAll(chosen, time.Text), columns,
            label < 0 ? null : Array.ConvertAll(chosen, r => LabelColumn.IsSet(shape, shape.Table.Cell(r, label))), label < 0 ? null : shape.Names[label], dropped, notes);
    }

    private static (List<int> Rows, List<long> Ticks) Rows(CsvShape shape, TimeReader time, string name, List<string> notes)
    {
        var (rows, ticks) = (new List<int>(), new List<long>());
        string? problem = null;
        var bad = 0;
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            var at = TimeReader.None;
            var trouble = IsWhole(shape, row) ? (at = time.Ticks(row)) < 0 ? $"\"{time.Text(row)}\" is no time" : null : $"{CsvShape.Count(shape.Table.Columns(row), "column")}, the header has {shape.Names.Length}";
            if (trouble is null)
            {
                rows.Add(row);
                ticks.Add(at);
                continue;
            }
            bad++;
            problem ??= $"{name}:{shape.Table.Line(row)}: {trouble}";
        }
        if (problem is not null && (rows.Count == 0 || bad > Math.Max(BadLines, BadShare * (rows.Count + bad))))
            throw new ModelingException($"{problem}{(bad > 1 ? $", and {bad - 1} more lines are as bad" : "")}; expected a time such as 2020-03-09 10:14:33 and as many cells as in the header: mend or remove the lines");
        if (problem is not null) notes.Add($"{CsvShape.Count(bad, "line")} skipped, first {problem}");
        return (rows, ticks);
    }

    /// <summary>As many cells as the header has; separators at the end of a line are no cells.</summary>
    private static bool IsWhole(CsvShape shape, int row)
    {
        var columns = shape.Table.Columns(row);
        for (var c = shape.Names.Length; c < columns; c++)
            if (shape.Table.Cell(row, c).Length > 0) return false;
        return columns >= shape.Names.Length;
    }

    private static void RequireOneDevice(CsvShape shape, TimeColumn time, List<int> rows, List<long> ticks, string name)
    {
        var repeats = Enumerable.Range(1, Math.Max(0, ticks.Count - 1)).Count(i => ticks[i] == ticks[i - 1]);
        if (repeats * 3 < ticks.Count) return;
        for (var c = 0; c < shape.Names.Length; c++)
        {
            if (shape.Kinds[c] != ColumnKind.Text || c == time.Column || c == time.Clock) continue;
            var named = rows.Take(2000).Select(r => shape.Table.Cell(r, c).ToString()).Distinct().Count();
            if (named is < 2 or > 500) continue;
            throw new ModelingException($"{name}:{shape.Table.Line(rows[0])}: several readings have the same time, and column \"{shape.Names[c]}\" names {named} things: "
                + "this looks like several devices or sensors in one file; give each device its own file, with a column for each sensor");
        }
    }

    private static int Label(CsvShape shape, TimeColumn time, List<(string, string)> dropped)
    {
        var labels = Enumerable.Range(0, shape.Names.Length).Where(c => c != time.Column && c != time.Clock && LabelColumn.Is(shape, c)).ToArray();
        foreach (var other in labels.Skip(1))
            dropped.Add((shape.Names[other], $"another label; \"{shape.Names[labels[0]]}\" is used"));
        return labels is [var first, ..] ? first : -1;
    }

    private static string? NoChannel(CsvShape shape, int column, TimeColumn time)
    {
        if (LabelColumn.IsChange(shape.Names[column])) return "marks changes; ignored";
        if (LabelColumn.Is(shape, column)) return "a label";
        if (shape.Names[column].Length == 0 && column > 0 && shape.Kinds[column] == ColumnKind.Empty) return "has no name and no values";
        if (shape.Kinds[column] == ColumnKind.Number)
            return column == 0 && CountsRows(shape) && time.Column != 0 ? "counts the rows" : null;
        return shape.Kinds[column] switch { ColumnKind.Empty => "empty", ColumnKind.Time => "another time", _ => $"holds text, such as \"{FirstText(shape, column)}\"" };
    }

    private static string FirstText(CsvShape shape, int column)
    {
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
            if (!NumberForm.IsMissing(shape.Table.Cell(row, column)))
                return shape.Table.Cell(row, column) is { Length: > 30 } cell ? $"{cell[..30]}…" : shape.Table.Cell(row, column).ToString();
        return "";
    }

    /// <summary>0, 1, 2, … as programs put before their rows.</summary>
    private static bool CountsRows(CsvShape shape)
    {
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
            if (shape.Numbers.Read(shape.Table.Cell(row, 0), out var value) != CellKind.Number || row > shape.FirstRow
                && (shape.Numbers.Read(shape.Table.Cell(row - 1, 0), out var before) != CellKind.Number || value != before + 1))
                return false;
        return shape.Table.Rows - shape.FirstRow > 2;
    }

    private static float[] Values(CsvShape shape, int[] rows, int column, List<string> notes)
    {
        var values = new float[rows.Length];
        int texts = 0, endless = 0, line = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var kind = shape.Numbers.Read(shape.Table.Cell(rows[i], column), out var value);
            values[i] = kind == CellKind.Number ? (float)value : float.NaN;
            if (kind == CellKind.Endless) endless++;
            if (kind == CellKind.Text && texts++ == 0) line = i;
        }
        if (endless > 0) notes.Add($"{CsvShape.Count(endless, "value")} in \"{shape.Names[column]}\" endless or beyond 1e30, taken for missing");
        if (texts > 0) notes.Add($"{CsvShape.Count(texts, "cell")} in \"{shape.Names[column]}\" no number, taken for missing; first \"{shape.Table.Cell(rows[line], column)}\" at line {shape.Table.Line(rows[line])}");
        if (Sentinels.Remove(values) is { } sentinels) notes.Add($"in \"{shape.Names[column]}\" {sentinels}");
        return values;
    }

    private static void RequireUnique(List<(string Name, float[] Values)> columns, CsvShape shape, string name)
    {
        if (columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new ModelingException($"{name}:{shape.Table.Line(0)}: column \"{repeated.Key}\" appears {repeated.Count()} times; give each column its own name");
    }

    private static string Reasons(List<(string Column, string Why)> dropped) =>
        dropped.Count == 0 ? "" : $"; left out: {string.Join(", ", dropped.Select(d => $"\"{d.Column}\" ({d.Why})"))}";
}

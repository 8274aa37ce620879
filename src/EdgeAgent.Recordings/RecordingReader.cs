using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Recordings;

/// <summary>
/// Reads one file of readings, however it is spelled, and says what was unusual, naming file and line. The whole file is
/// held: what separates its cells, whether day or month stands first and which way time runs show only in all of it. That
/// takes about seven times the file's size while it is read (79 MB: 570), and a third of that for what is given back.
/// </summary>
public static class RecordingReader
{
    // More bad lines than this and nobody knows what the file is.
    private const double BadShare = 0.05;
    private const int BadLines = 2;

    /// <param name="path">The file.</param>
    /// <param name="name">How errors and results name it.</param>
    /// <param name="label">A column that is a label besides those known by name, and the one that counts; null: none.</param>
    /// <exception cref="RecordingException">It is no recording; the message names file and line, and what was expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    /// <returns>One recording a device: a table is of one; messages say whose they are.</returns>
    public static IReadOnlyList<RawRecording> Read(string path, string name, string? label = null)
    {
        var text = RecordingText.Read(path, name);
        var labels = new LabelColumn(label);
        return RecordingFiles.HasEnding(path, RecordingFiles.MessageEndings)
            ? ReadMessages(MessageFile.Read(text, name), name, labels)
            : [Read(CsvShape.Of(text, name), name, labels)];
    }

    private static List<RawRecording> ReadMessages(MessageFile file, string name, LabelColumn labels)
    {
        var recordings = new List<RawRecording>();
        RecordingException? first = null;
        foreach (var device in file.Devices)
        {
            var of = file.Devices.Count == 1 ? name : $"{name}, {device.Name}";
            try
            {
                recordings.Add(Read(device.Shape(of), of, labels, device.Name, recordings.Count == 0 ? file : null));
            }
            // Beside those of sensors there are messages of states and of births.
            catch (RecordingException e) when (file.Devices.Count > 1)
            {
                first ??= e;
            }
        }
        return recordings.Count > 0 ? recordings : throw first!;
    }

    private static RawRecording Read(CsvShape shape, string name, LabelColumn labels, string? device = null, MessageFile? file = null)
    {
        var notes = shape.Notes;
        var column = TimeColumn.Find(shape, name);
        if (column.Kind == TimeKind.None) notes.Add("no column is a time; taken as one reading a second");
        if (column.Kind == TimeKind.ClockOnly)
            notes.Add($"column \"{shape.Names[column.Column]}\" has no date; days are counted from midnight to midnight");
        var time = new TimeReader(shape, column, name, notes);
        var (rows, ticks, bad, problem) = Rows(shape, time, name, notes);
        RequireOneDevice(shape, column, rows, ticks, name);
        var (order, rising) = TimeOrder.Arrange([.. ticks], i => $"{name}:{shape.Table.Line(rows[i])}", i => time.Text(rows[i]), notes);
        var chosen = Array.ConvertAll(order, i => rows[i]);

        var dropped = new List<DroppedColumn>();
        var label = Label(shape, column, labels, dropped);
        var change = Array.FindIndex(shape.Names, LabelColumn.IsChange);
        var columns = new List<RecordedChannel>();
        for (var c = 0; c < shape.Names.Length; c++)
            if (c != label && c != column.Column && c != column.Clock && NoChannel(shape, c, column, labels) is var why)
            {
                if (why is not null) dropped.Add(new DroppedColumn(shape.Names[c], why));
                else columns.Add(new RecordedChannel(shape.Names[c], Values(shape, chosen, c, notes)));
            }
        RequireUnique(columns, shape, name);
        if (columns.Count == 0)
            throw new RecordingException($"{name}:{shape.Table.Line(0)}: no channel beside time and label; "
                + $"expected columns of numbers separated by ; , tab or |{Reasons(dropped)}");
        return new RawRecording(name)
        {
            Device = device,
            Lines = Array.ConvertAll(chosen, shape.Table.Line),
            Ticks = rising,
            TimeTexts = Array.ConvertAll(chosen, time.Text),
            Columns = columns,
            Labels = Marks(shape, chosen, label),
            LabelName = label < 0 ? null : shape.Names[label],
            Changes = Marks(shape, chosen, change),
            Dropped = dropped,
            Notes = notes,
            BadLines = bad + (file?.BadLines ?? 0),
            FirstProblem = file?.FirstProblem ?? problem,
        };
    }

    private static bool[]? Marks(CsvShape shape, int[] rows, int column) =>
        column < 0 ? null : Array.ConvertAll(rows, r => LabelColumn.IsSet(shape, shape.Table.Cell(r, column)));

    private static (List<int> Rows, List<long> Ticks, int Bad, string? Problem) Rows(
        CsvShape shape, TimeReader time, string name, List<string> notes)
    {
        var (rows, ticks) = (new List<int>(), new List<long>());
        string? problem = null;
        var bad = 0;
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            var at = TimeReader.None;
            var trouble = !IsWhole(shape, row)
                ? $"{CsvShape.Count(shape.Table.Columns(row), "column")}, the header has {shape.Names.Length}"
                : (at = time.Ticks(row)) < 0 ? $"\"{time.Text(row)}\" is no time" : null;
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
            throw new RecordingException(
                $"{problem}{(bad > 1 ? $", and {bad - 1} more lines are as bad" : "")}; "
                + $"expected a time such as 2020-03-09 10:14:33 and as many cells as in the header: mend or remove the lines");
        if (problem is not null) notes.Add($"{CsvShape.Count(bad, "line")} skipped, first {problem}");
        return (rows, ticks, bad, problem);
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
            throw new RecordingException(
                $"{name}:{shape.Table.Line(rows[0])}: several readings have the same time, "
                + $"and column \"{shape.Names[c]}\" names {named} things: "
                + "this looks like several devices or sensors in one file; give each device its own file, with a column for each sensor");
        }
    }

    private static int Label(CsvShape shape, TimeColumn time, LabelColumn known, List<DroppedColumn> dropped)
    {
        var labels = Enumerable.Range(0, shape.Names.Length)
            .Where(c => c != time.Column && c != time.Clock && known.Is(shape, c))
            .OrderByDescending(c => known.IsNamed(shape.Names[c]))
            .ToArray();
        if (known.HasName && labels is [var best, ..] && !known.IsNamed(shape.Names[best])) return -1;
        foreach (var other in labels.Skip(1))
            dropped.Add(new DroppedColumn(shape.Names[other], $"another label; \"{shape.Names[labels[0]]}\" is used"));
        return labels is [var first, ..] ? first : -1;
    }

    private static string? NoChannel(CsvShape shape, int column, TimeColumn time, LabelColumn labels)
    {
        if (LabelColumn.IsChange(shape.Names[column])) return "marks changes; ignored";
        if (labels.Is(shape, column)) return "a label";
        if (shape.Names[column].Length == 0 && column > 0 && shape.Kinds[column] == ColumnKind.Empty) return "has no name and no values";
        if (shape.Kinds[column] == ColumnKind.Number)
            return column == 0 && CountsRows(shape) && time.Column != 0 ? "counts the rows" : null;
        return shape.Kinds[column] switch
        {
            ColumnKind.Empty => "empty",
            ColumnKind.Time => "another time",
            _ => $"holds text, such as \"{FirstText(shape, column)}\"",
        };
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
        if (endless > 0)
            notes.Add($"{CsvShape.Count(endless, "value")} in \"{shape.Names[column]}\" endless or beyond 1e30, taken for missing");
        if (texts > 0)
            notes.Add($"{CsvShape.Count(texts, "cell")} in \"{shape.Names[column]}\" no number, taken for missing; "
                + $"first \"{shape.Table.Cell(rows[line], column)}\" at line {shape.Table.Line(rows[line])}");
        if (Sentinels.Remove(values) is { } sentinels) notes.Add($"in \"{shape.Names[column]}\" {sentinels}");
        return values;
    }

    private static void RequireUnique(List<RecordedChannel> columns, CsvShape shape, string name)
    {
        if (columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } repeated)
            throw new RecordingException(
                $"{name}:{shape.Table.Line(0)}: column \"{repeated.Key}\" appears {repeated.Count()} times; give each column its own name");
    }

    private static string Reasons(List<DroppedColumn> dropped) =>
        dropped.Count == 0 ? "" : $"; left out: {string.Join(", ", dropped.Select(d => $"\"{d.Column}\" ({d.Why})"))}";
}

namespace EdgeAgent.Recordings.Tables;

/// <summary>The rows of a table that have a time and all their cells; a few others are left out and told, many are refused.</summary>
/// <param name="Rows">Which of the table's.</param>
/// <param name="Ticks">The time of each.</param>
/// <param name="Bad">How many rows are not usable.</param>
/// <param name="Problem">What is wrong with the first of them.</param>
internal sealed record UsableRows(List<int> Rows, List<long> Ticks, int Bad, string? Problem)
{
    // More bad lines than this and nobody knows what the file is.
    private const double BadShare = 0.05;
    private const int BadLines = 2;
    // Of rows that go back; fewer came late.
    private const double LateShare = 0.02;

    /// <exception cref="RecordingException">Too many are bad.</exception>
    public static UsableRows Of(CsvShape shape, TimeReader time, string name)
    {
        var (rows, ticks) = (new List<int>(), new List<long>());
        string? problem = null;
        int bad = 0, headers = 0;
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
            if (IsHeader(shape, row))
            {
                headers++;
                continue;
            }
            bad++;
            problem ??= $"{name}:{shape.Table.Line(row)}: {trouble}";
        }
        if (problem is not null && (rows.Count == 0 || bad > Math.Max(BadLines, BadShare * (rows.Count + bad))))
            throw new RecordingException(
                $"{problem}{(bad > 1 ? $", and {bad - 1} more lines are as bad" : "")}; "
                + $"expected a time such as 2020-03-09 10:14:33 and as many cells as in the header: mend or remove the lines");
        if (problem is not null) shape.Notes.Add($"{CsvShape.Count(bad, "line")} skipped, first {problem}");
        if (headers > 0) shape.Notes.Add($"{CsvShape.Count(headers, "repeated header line")} skipped");
        return new UsableRows(rows, ticks, bad, problem);
    }

    /// <summary>Whether a third of the rows has the time of the one before.</summary>
    public bool TimesRepeat => Enumerable.Range(1, Math.Max(0, Ticks.Count - 1)).Count(i => Ticks[i] == Ticks[i - 1]) * 3 >= Ticks.Count;

    /// <summary>Whether the rows are no single course of time, forward or backward.</summary>
    public bool AreMixed
    {
        get
        {
            if (TimesRepeat) return true;
            int up = 0, down = 0;
            for (var i = 1; i < Ticks.Count; i++)
            {
                if (Ticks[i] > Ticks[i - 1]) up++;
                if (Ticks[i] < Ticks[i - 1]) down++;
            }
            // One fall is enough where what follows lies before what came.
            return Math.Min(up, down) > LateShare * Ticks.Count || Late() > Math.Max(3, LateShare * Ticks.Count) && down * 2 < Ticks.Count;
        }
    }

    private int Late()
    {
        var (late, latest) = (0, long.MinValue);
        foreach (var at in Ticks)
        {
            if (at < latest) late++;
            latest = Math.Max(latest, at);
        }
        return late;
    }

    /// <summary>As many cells as the header has; separators at the end of a line are no cells.</summary>
    private static bool IsWhole(CsvShape shape, int row)
    {
        var columns = shape.Table.Columns(row);
        for (var c = shape.Names.Length; c < columns; c++)
            if (shape.Table.Cell(row, c).Length > 0) return false;
        return columns >= shape.Names.Length;
    }

    /// <summary>Loggers that start anew, and exports of several series, repeat their header.</summary>
    private static bool IsHeader(CsvShape shape, int row)
    {
        for (var c = 0; c < shape.Names.Length; c++)
            if (!shape.Table.Cell(row, c).SequenceEqual(shape.Names[c])) return false;
        return true;
    }
}

namespace EdgeAgent.Recordings;

/// <summary>Puts a file's rows into the order of time, one a moment, and refuses what is no single recording.</summary>
internal static class TimeOrder
{
    // Late rows up to this share of a file are sorted in; more is another recording.
    private const double LateShare = 0.02;
    private const int LateRows = 3;
    // Up to this share of rows a repeated time is a slip; beyond, the clock is coarser than the readings.
    private const double RepeatShare = 0.05;

    /// <param name="ticks">Each row's time; the hour of summer time is taken out of it.</param>
    /// <param name="where">Names a row, as file:line.</param>
    /// <param name="texts">A row's time as the file spells it.</param>
    /// <param name="notes">Told what was done.</param>
    /// <returns>The rows to keep in their order, with strictly rising times.</returns>
    /// <exception cref="RecordingException">It looks like several recordings in one file.</exception>
    public static (int[] Rows, long[] Ticks) Arrange(long[] ticks, Func<int, string> where, Func<int, string> texts, List<string> notes)
    {
        var rows = Enumerable.Range(0, ticks.Length).ToArray();
        var falls = Falls(ticks, rows);
        if (falls * 2 > ticks.Length - 1 && ticks.Length > 2)
        {
            Array.Reverse(rows);
            notes.Add("begins with the newest reading; turned round");
            falls = Falls(ticks, rows);
        }
        if (falls > 0 && SummerTime.Undo(ticks, rows) is { } fall)
        {
            notes.Add($"one hour back at {where(rows[fall])}, as at the end of summer time: the readings before count an hour earlier");
            falls = Falls(ticks, rows);
        }
        if (falls > 0) Sort(ticks, rows, where, texts, notes);
        return Single(ticks, rows, notes);
    }

    private static int Falls(long[] ticks, int[] rows)
    {
        var falls = 0;
        for (var i = 1; i < rows.Length; i++)
            if (ticks[rows[i]] < ticks[rows[i - 1]]) falls++;
        return falls;
    }

    private static void Sort(long[] ticks, int[] rows, Func<int, string> where, Func<int, string> texts, List<string> notes)
    {
        var latest = 0;
        var (late, firstLate) = (0, -1);
        for (var i = 1; i < rows.Length; i++)
        {
            if (ticks[rows[i]] >= ticks[rows[latest]]) latest = i;
            else if (late++ == 0) firstLate = i;
        }
        if (late > Math.Max(LateRows, LateShare * rows.Length))
            throw new RecordingException(
                $"{where(rows[firstLate])}: time {texts(rows[firstLate])} goes back behind {texts(rows[firstLate - 1])}, "
                + $"and {late} of {rows.Length} rows lie behind one before them; "
                + "this looks like several recordings or devices in one file: give each its own file, or sort the rows by time");
        notes.Add($"{CsvShape.Count(late, "reading")} out of order sorted by time, first at {where(rows[firstLate])}");
        Array.Sort(Array.ConvertAll(rows, r => (ticks[r], r)), rows);
    }

    private static (int[] Rows, long[] Ticks) Single(long[] ticks, int[] rows, List<string> notes)
    {
        var repeats = 0;
        for (var i = 1; i < rows.Length; i++)
            if (ticks[rows[i]] == ticks[rows[i - 1]]) repeats++;
        if (repeats == 0) return (rows, Array.ConvertAll(rows, r => ticks[r]));
        if (repeats == rows.Length - 1 && rows.Length > 2)
        {
            notes.Add("all readings have the same time; taken as one a second");
            return (rows, [.. rows.Select((_, i) => ticks[rows[0]] + i * TimeSpan.TicksPerSecond)]);
        }
        if (repeats <= Math.Max(LateRows, RepeatShare * rows.Length))
        {
            notes.Add($"{CsvShape.Count(repeats, "reading")} with the time of the one after them left out: the last one of a time counts");
            var kept = rows.Where((r, i) => i == rows.Length - 1 || ticks[rows[i + 1]] != ticks[r]).ToArray();
            return (kept, Array.ConvertAll(kept, r => ticks[r]));
        }
        notes.Add($"{repeats} of {rows.Length} readings have the time of the one before them: "
            + $"the clock is coarser than the readings, which were spread evenly "
            + $"(a device must send finer times, or the agent takes them for repeats)");
        return Spread(ticks, rows);
    }

    private static (int[] Rows, long[] Ticks) Spread(long[] ticks, int[] rows)
    {
        var steps = new List<long>();
        for (var i = 1; i < rows.Length; i++)
            if (ticks[rows[i]] > ticks[rows[i - 1]]) steps.Add(ticks[rows[i]] - ticks[rows[i - 1]]);
        steps.Sort();
        var usual = steps[steps.Count / 2];
        var spread = new long[rows.Length];
        for (var start = 0; start < rows.Length;)
        {
            var end = start + 1;
            while (end < rows.Length && ticks[rows[end]] == ticks[rows[start]]) end++;
            var room = end < rows.Length ? Math.Min(usual, ticks[rows[end]] - ticks[rows[start]]) : usual;
            for (var i = start; i < end; i++)
                spread[i] = Math.Max(ticks[rows[start]] + room * (i - start) / (end - start), i > 0 ? spread[i - 1] + 1 : 0);
            start = end;
        }
        return (rows, spread);
    }
}

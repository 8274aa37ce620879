namespace EdgeAgent.Recordings;

/// <summary>Finds out by all the dates of a file in which order day, month and a year of two digits stand in them.</summary>
internal static class DateOrders
{
    // A wrong order spreads days over months or years.
    private const int ClearlyLess = 3;

    /// <param name="shape">The file.</param>
    /// <param name="column">Its time.</param>
    /// <param name="file">For messages.</param>
    /// <param name="notes">Told where nothing but likelihood decides.</param>
    /// <exception cref="RecordingException">Nothing tells.</exception>
    public static DateOrder Find(CsvShape shape, TimeColumn column, string file, List<string> notes)
    {
        var open = new List<(TimeText Time, int Row)>();
        var mayBeYear = true;
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            if (!TimeText.TryRead(shape.Table.Cell(row, column.Column), out var time)) continue;
            if (!time.HasDate || time.First == 0) continue;
            mayBeYear &= time.MayBeYearFirst;
            if (!mayBeYear && time.IsOpen && time.First > 12) return DateOrder.DayFirst;
            if (time.IsOpen && time.Second > 12) return DateOrder.MonthFirst;
            if (time.IsOpen || mayBeYear) open.Add((time, row));
        }
        if (open.Count == 0) return DateOrder.DayFirst;
        var example = $"\"{shape.Table.Cell(open[0].Row, column.Column)}\"";
        var place = $"{file}:{shape.Table.Line(open[0].Row)}: {example}";
        if (mayBeYear && IsYearFirst(open, place))
        {
            notes.Add($"dates such as {example} are read with the year first: otherwise they would lie further apart, or be none");
            return DateOrder.YearFirst;
        }
        open.RemoveAll(o => !o.Time.IsOpen);
        if (open.Exists(o => o.Time.First > 12)) return DateOrder.DayFirst;
        return open.TrueForAll(o => o.Time.First == o.Time.Second) ? DateOrder.DayFirst : DayOrMonth(open, shape, place, example, notes);
    }

    /// <summary>Of dates such as 24-04-05: the year stands first where days run on and the year stays.</summary>
    private static bool IsYearFirst(List<(TimeText Time, int Row)> open, string place)
    {
        var year = Span(open, DateOrder.YearFirst);
        var other = Math.Min(Span(open, DateOrder.DayFirst), Span(open, DateOrder.MonthFirst));
        if (other == long.MaxValue) return true;
        if (year == long.MaxValue || open[0].Time.HasDots && year >= other) return false;
        if (year < other / ClearlyLess) return true;
        if (other < year / ClearlyLess || open[0].Time is { HasSlashes: true } or { HasDots: true }) return false;
        throw new RecordingException($"{place} may have the year first or last, and no row of the file tells which; "
            + "write it with four digits, as in 2020-03-09 10:14:33");
    }

    private static DateOrder DayOrMonth(
        List<(TimeText Time, int Row)> open, CsvShape shape, string place, string example, List<string> notes)
    {
        if (open.TrueForAll(o => (o.Time.First, o.Time.Second) == (open[0].Time.First, open[0].Time.Second)))
        {
            // Where the decimal sign is a comma, hardly anyone writes the month first.
            var one = shape.Numbers.DecimalComma ? DateOrder.DayFirst : DateOrder.MonthFirst;
            notes.Add("all readings are of one date, of which nothing tells whether day or month stands first; "
                + $"{example} is taken as {(one == DateOrder.DayFirst ? "day" : "month")} first, which changes no step between readings");
            return one;
        }
        var (day, month) = (Disorder(open, DateOrder.DayFirst), Disorder(open, DateOrder.MonthFirst));
        if (day == month)
            throw new RecordingException($"{place} may be day or month first, and no row of the file tells which; "
                + "write the year first, as in 2020-03-09 10:14:33");
        var order = day < month ? DateOrder.DayFirst : DateOrder.MonthFirst;
        var first = order == DateOrder.DayFirst ? "day" : "month";
        notes.Add($"dates such as {example} are read with the {first} first: the other way their steps would be less even");
        return order;
    }

    /// <summary>From the first to the last of them; as long as can be where one is no date in that order.</summary>
    private static long Span(List<(TimeText Time, int Row)> open, DateOrder order)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var (time, _) in open)
        {
            var ticks = time.Ticks(order);
            if (ticks < 0) return long.MaxValue;
            (least, most) = (Math.Min(least, ticks), Math.Max(most, ticks));
        }
        return most - least;
    }

    /// <summary>How uneven the steps are: the largest over the median one, and backward ones count for much.</summary>
    private static double Disorder(List<(TimeText Time, int Row)> open, DateOrder order)
    {
        var steps = new List<double>(open.Count);
        for (var i = 1; i < open.Count; i++)
            steps.Add(Math.Abs((open[i].Time.Ticks(order) - open[i - 1].Time.Ticks(order)) / (double)TimeSpan.TicksPerSecond));
        steps.Sort();
        return steps.Count == 0 ? 0 : Math.Round(steps[^1] / Math.Max(1, steps[steps.Count / 2]), 3) + steps.Distinct().Count();
    }
}

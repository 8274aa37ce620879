using System.Globalization;

namespace EdgeAgent.Recordings;

/// <summary>Reads the times of a file's rows as ticks, and finds out by the file itself whether day or month stands first.</summary>
internal sealed class TimeReader(CsvShape shape, TimeColumn column, string file, List<string> notes)
{
    /// <summary>The time of one without any, or that cannot be read.</summary>
    public const long None = -1;

    private readonly DateOrder _order = column.Kind is TimeKind.Text or TimeKind.DateAndClock
        ? Order(shape, column, file, notes)
        : DateOrder.DayFirst;
    private long _clockBefore, _days;

    public long Ticks(int row) => column.Kind switch
    {
        TimeKind.None => DateTime.UnixEpoch.Ticks + (row - shape.FirstRow) * TimeSpan.TicksPerSecond,
        TimeKind.Number => OfNumber(row),
        TimeKind.ClockOnly => OfClock(shape.Table.Cell(row, column.Column)),
        TimeKind.DateAndClock => OfBoth(shape.Table.Cell(row, column.Column), shape.Table.Cell(row, column.Clock)),
        _ => OfText(shape.Table.Cell(row, column.Column)),
    };

    /// <summary>As the file spells it.</summary>
    public string Text(int row) => column.Kind switch
    {
        TimeKind.None => $"{row - shape.FirstRow}",
        TimeKind.DateAndClock => $"{shape.Table.Cell(row, column.Column)} {shape.Table.Cell(row, column.Clock)}",
        _ => shape.Table.Cell(row, column.Column).ToString(),
    };

    private long OfText(ReadOnlySpan<char> cell) => TimeText.TryRead(cell, out var time) && time.HasDate ? time.Ticks(_order) : None;

    private long OfBoth(ReadOnlySpan<char> date, ReadOnlySpan<char> clock) =>
        TimeText.TryRead(date, out var d) && d.HasDate
        && TimeText.TryReadClock(clock, out var c)
        && d.Ticks(_order) is >= 0 and var day
            ? day + c
            : None;

    private long OfNumber(int row)
    {
        if (shape.Read(row, column.Column, out var value) != CellKind.Number) return None;
        var seconds = value * column.SecondsPerUnit + column.ZeroSeconds;
        if (seconds is <= -6e10 or >= 2.5e11) return None;
        // A double holds a day of a serial date to the microsecond, and programs round to less.
        if (column.ZeroSeconds != 0) return DateTime.UnixEpoch.Ticks + (long)Math.Round(seconds * 1e3) * TimeSpan.TicksPerMillisecond;
        // To the last 100 ns, which a double no longer holds.
        var cell = shape.Table.Cell(row, column.Column);
        return !shape.Numbers.DecimalComma && decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            ? (long)(DateTime.UnixEpoch.Ticks + exact * (decimal)column.SecondsPerUnit * TimeSpan.TicksPerSecond)
            : DateTime.UnixEpoch.Ticks + (long)(Math.Round(seconds, 6) * TimeSpan.TicksPerSecond);
    }

    /// <summary>A time of day that falls back by more than half a day begins the next one.</summary>
    private long OfClock(ReadOnlySpan<char> cell)
    {
        if (!TimeText.TryReadClock(cell, out var clock)) return None;
        if (clock < _clockBefore - TimeSpan.TicksPerDay / 2) _days++;
        _clockBefore = clock;
        return new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks + _days * TimeSpan.TicksPerDay + clock;
    }

    private static DateOrder Order(CsvShape shape, TimeColumn column, string file, List<string> notes)
    {
        var open = new List<(TimeText Time, int Row)>();
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            if (!TimeText.TryRead(shape.Table.Cell(row, column.Column), out var time) || !time.IsOpen) continue;
            if (time.First > 12) return DateOrder.DayFirst;
            if (time.Second > 12) return DateOrder.MonthFirst;
            open.Add((time, row));
        }
        if (open.Count == 0) return DateOrder.DayFirst;
        if (open.All(o => o.Time.First == o.Time.Second)) return DateOrder.DayFirst;
        var (day, month) = (Disorder(open, DateOrder.DayFirst), Disorder(open, DateOrder.MonthFirst));
        if (open.All(o => (o.Time.First, o.Time.Second) == (open[0].Time.First, open[0].Time.Second)))
        {
            // Where the decimal sign is a comma, hardly anyone writes the month first.
            var one = shape.Numbers.DecimalComma ? DateOrder.DayFirst : DateOrder.MonthFirst;
            notes.Add("all readings are of one date, of which nothing tells whether day or month stands first; "
                + $"taken as {(one == DateOrder.DayFirst ? "day" : "month")} first, which changes no step between readings");
            return one;
        }
        if (day == month)
            throw new RecordingException(
                $"{file}:{shape.Table.Line(open[0].Row)}: \"{shape.Table.Cell(open[0].Row, column.Column)}\" may be day or month first, "
                + $"and no row of the file tells which; "
                + "write the year first, as in 2020-03-09 10:14:33");
        var order = day < month ? DateOrder.DayFirst : DateOrder.MonthFirst;
        var first = order == DateOrder.DayFirst ? "day" : "month";
        notes.Add($"dates such as \"{shape.Table.Cell(open[0].Row, column.Column)}\" are read with the {first} first: "
            + $"the other way their steps would be less even");
        return order;
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

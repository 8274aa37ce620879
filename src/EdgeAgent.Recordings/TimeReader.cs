using System.Globalization;

namespace EdgeAgent.Recordings;

/// <summary>Reads the times of a file's rows as ticks, and finds out by the file itself whether day or month stands first.</summary>
internal sealed class TimeReader(CsvShape shape, TimeColumn column, string file, List<string> notes)
{
    /// <summary>The time of one without any, or that cannot be read.</summary>
    public const long None = -1;

    private readonly DateOrder _order = column.Kind is TimeKind.Text or TimeKind.DateAndClock
        ? DateOrders.Find(shape, column, file, notes)
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
}

namespace EdgeAgent.Recordings;

/// <summary>Times as spreadsheets and MATLAB keep them: days with a fraction, since 1900 or the year 0.</summary>
internal static class SerialDate
{
    private const double Day = 86_400;
    // 1970-01-01 in days of a spreadsheet, and of MATLAB.
    private const double Excel = 25_569, Matlab = 719_529;
    // 1990 to 2100, counted from 1970.
    private const double First = 7_305, Last = 47_482;

    /// <summary>The column as serial dates, or null where its numbers are none.</summary>
    /// <param name="shape">The file.</param>
    /// <param name="column">One that rises.</param>
    /// <param name="largest">The largest of its first numbers.</param>
    public static TimeColumn? Of(CsvShape shape, int column, double largest)
    {
        // WinCC writes millionths of days, and calls them milliseconds.
        var unit = largest > 1e9 ? 1e-6 : 1;
        var days = largest * unit;
        var zero = days is > Excel + First and < Excel + Last ? Excel : days is > Matlab + First and < Matlab + Last ? Matlab : 0;
        if (zero == 0 || unit < 1 && TimeColumn.Plain(shape.Names[column]) != "timems") return null;
        if (unit == 1 && TimeColumn.NamedUnit(shape.Names[column]) is not null) return null;
        // Seconds since the start may be as many, but they are whole, or rise by much more than a part of a day.
        if (unit == 1 && !IsDate(shape.Names[column]) && !HasPartsOfDays(shape, column)) return null;
        return new TimeColumn(TimeKind.Number, column, SecondsPerUnit: Day * unit, ZeroSeconds: -zero * Day);
    }

    private static bool IsDate(string name) =>
        TimeColumn.Plain(name) is var plain && (plain.Contains("date", StringComparison.Ordinal) || plain == "datum");

    private static bool HasPartsOfDays(CsvShape shape, int column)
    {
        var steps = new List<double>();
        var before = double.NaN;
        for (var row = shape.FirstRow; row < Math.Min(shape.Table.Rows, shape.FirstRow + 400); row++)
        {
            if (shape.Read(row, column, out var value) != CellKind.Number) continue;
            if (!double.IsNaN(before) && value != before) steps.Add(Math.Abs(value - before));
            before = value;
        }
        if (steps.Count == 0) return false;
        steps.Sort();
        return steps[steps.Count / 2] < 0.5;
    }
}

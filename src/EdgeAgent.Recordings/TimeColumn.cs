using System.Text;

namespace EdgeAgent.Recordings;

/// <summary>The columns that hold the time of a file's readings, and how to read them.</summary>
/// <param name="Kind">How the time is written.</param>
/// <param name="Column">Its column; -1: the file has none.</param>
/// <param name="Clock">The column of the time of day, where it stands apart from the date; else -1.</param>
/// <param name="SecondsPerUnit">For numbers.</param>
/// <param name="ZeroSeconds">What number zero means, in seconds since 1970.</param>
internal readonly record struct TimeColumn(TimeKind Kind, int Column, int Clock = -1, double SecondsPerUnit = 1, double ZeroSeconds = 0)
{
    private const int SampleRows = 400;
    private const double UsualShare = 0.9;
    private static readonly HashSet<string> Names =
    [
        "datetime", "timestamp", "time", "date", "ts", "t", "utc", "timeutc", "utctime", "localtime",
        "zeit", "datum", "zeitstempel", "datumzeit", "datumuhrzeit", "uhrzeit",
        "epoch", "unixtime", "unix", "epochtime", "sampletime", "recordedat", "createdat", "measuredat",
        "eventtime", "logtime", "datetimeutc", "timestamputc", "when",
        "timems", "timestampms", "times", "timestamps", "tms", "tsms", "epochms",
        "horodatage", "fecha", "hora", "readtime", "acquisitiontime", "starttime", "tstamp", "timestring", "lastchanged", "lastupdated",
        "xvalue", "stime", "serialdate", "datenum", "sourcetimestamp", "servertimestamp", "recordtime", "logdate", "datelogged",
    ];

    /// <summary>Whether a column of this name is most likely a time.</summary>
    public static bool IsTimeName(string name) => Names.Contains(Plain(name));

    /// <exception cref="RecordingException">A column is named as a time and holds none.</exception>
    public static TimeColumn Find(CsvShape shape, string file)
    {
        var columns = Enumerable.Range(0, shape.Names.Length).ToArray();
        var named = columns.Where(c => IsTimeName(shape.Names[c])).ToArray();
        var times = named.Concat(columns.Except(named)).Where(c => shape.Kinds[c] == ColumnKind.Time).ToArray();
        foreach (var c in times.Where(c => Sample(shape, c).All(t => t.HasDate && t.IsMidnight)))
            foreach (var clock in times.Where(k => k != c && IsClock(shape, k)))
                return new TimeColumn(TimeKind.DateAndClock, c, clock);
        foreach (var c in times.Where(c => Sample(shape, c).Any(t => t.HasDate)
            && !(Sample(shape, c).Any(t => !t.HasDate) && IsClock(shape, c))))
            return new TimeColumn(TimeKind.Text, c);
        foreach (var c in named.Where(c => shape.Kinds[c] == ColumnKind.Number && Rises(shape, c)))
            return Number(shape, c);
        foreach (var c in times)
            return new TimeColumn(TimeKind.ClockOnly, c);
        foreach (var c in columns.Where(c => shape.Kinds[c] == ColumnKind.Number && LooksLikeEpoch(shape, c) && Rises(shape, c)))
            if (c == 0 || c == columns.Length - 1) return Number(shape, c);
        foreach (var c in named.Where(c => shape.Kinds[c] == ColumnKind.Text))
            throw new RecordingException(
                $"{file}:{shape.Table.Line(shape.FirstRow)}: \"{shape.Table.Cell(shape.FirstRow, c)}\" "
                + $"in column \"{shape.Names[c]}\" is no time; "
                + "expected one such as 2020-03-09 10:14:33, 09.03.2020 10:14:33 or seconds since 1970");
        return new TimeColumn(TimeKind.None, -1);
    }

    /// <summary>Letters only, without what stands in brackets.</summary>
    public static string Plain(string name)
    {
        var text = new StringBuilder();
        var depth = 0;
        foreach (var c in name)
        {
            if (c is '(' or '[') depth++;
            if (depth == 0 && char.IsLetter(c)) text.Append(char.ToLowerInvariant(c));
            if (c is ')' or ']') depth--;
        }
        return text.ToString();
    }

    private static IEnumerable<TimeText> Sample(CsvShape shape, int column)
    {
        for (var row = shape.FirstRow; row < Math.Min(shape.Table.Rows, shape.FirstRow + SampleRows); row++)
            if (TimeText.TryRead(shape.Table.Cell(row, column), out var time))
                yield return time;
    }

    /// <summary>Whether all cells are times of day; with dots some of them read as dates, too, such as 06.05.00.</summary>
    private static bool IsClock(CsvShape shape, int column)
    {
        var (all, dated) = (0, 0);
        for (var row = shape.FirstRow; row < Math.Min(shape.Table.Rows, shape.FirstRow + SampleRows); row++)
        {
            var cell = shape.Table.Cell(row, column);
            if (NumberForm.IsMissing(cell)) continue;
            if (!TimeText.TryReadClock(cell, out _)) return false;
            all++;
            if (TimeText.TryRead(cell, out var time) && time.HasDate) dated++;
        }
        return dated == 0 || dated < all || IsTimeName(shape.Names[column]);
    }

    /// <summary>Whether most numbers are no smaller than the one before, or, in a file that begins with the newest, no larger.</summary>
    public static bool Rises(CsvShape shape, int column)
    {
        int up = 0, down = 0, all = 0;
        var last = double.NaN;
        for (var row = shape.FirstRow; row < shape.Table.Rows; row++)
        {
            if (shape.Read(row, column, out var value) != CellKind.Number) continue;
            all++;
            if (value > last) up++;
            if (value < last) down++;
            last = value;
        }
        return all > 1 ? Math.Max(up, down) > 0 && Math.Min(up, down) <= (1 - UsualShare) * all : all == 1;
    }

    private static bool LooksLikeEpoch(CsvShape shape, int column)
    {
        if (shape.Read(shape.FirstRow, column, out var value) != CellKind.Number) return false;
        return IsEpoch(value);
    }

    /// <summary>Whether the number, as seconds, milliseconds, microseconds or nanoseconds, lies between 1990 and 2100.</summary>
    public static bool IsEpoch(double value) => value * Unit(value) is > 6.3e8 and < 4.1e9;

    private static TimeColumn Number(CsvShape shape, int column)
    {
        double largest = 0;
        for (var row = shape.FirstRow; row < Math.Min(shape.Table.Rows, shape.FirstRow + SampleRows); row++)
            if (shape.Read(row, column, out var value) == CellKind.Number)
                largest = Math.Max(largest, Math.Abs(value));
        if (SerialDate.Of(shape, column, largest) is { } serial) return serial;
        var unit = Unit(largest);
        return new TimeColumn(TimeKind.Number, column, SecondsPerUnit: unit < 1 ? unit : NamedUnit(shape.Names[column]) ?? 1);
    }

    /// <summary>By magnitude, as the agent tells them apart.</summary>
    private static double Unit(double value) => value switch { < 1e11 => 1, < 1e14 => 1e-3, < 1e17 => 1e-6, _ => 1e-9 };

    /// <summary>A time that counts from the file's start may say in what, as in "time (ms)"; null: it does not.</summary>
    public static double? NamedUnit(string name)
    {
        var text = name.ToLowerInvariant().TrimEnd(')', ']', ' ');
        var last = text[(text.LastIndexOfAny(['(', '[', '_', ' ', '/']) + 1)..];
        return last switch
        {
            "s" or "sec" or "seconds" => 1,
            "ms" or "millis" => 1e-3,
            "us" or "µs" or "μs" => 1e-6,
            "ns" => 1e-9,
            "min" or "minutes" => 60,
            "h" or "hours" => 3600,
            _ => null,
        };
    }
}

/// <summary>How a file writes its times.</summary>
internal enum TimeKind { None, Text, DateAndClock, ClockOnly, Number }

namespace EdgeAgent.Recordings;

/// <summary>Names in written times: months in the languages of loggers, and time zones by their usual letters.</summary>
internal static class TimeNames
{
    // By the first letters that tell a month from all others: English, German, French, Spanish, Italian, Dutch.
    private static readonly (string Start, int Month)[] Months =
    [
        ("jan", 1), ("ene", 1), ("gen", 1),
        ("feb", 2), ("fév", 2), ("fev", 2),
        ("mar", 3), ("mär", 3), ("mae", 3), ("mrz", 3), ("maa", 3), ("mrt", 3),
        ("apr", 4), ("avr", 4), ("abr", 4),
        ("may", 5), ("mai", 5), ("mag", 5), ("mei", 5),
        ("jun", 6), ("juin", 6), ("giu", 6),
        ("jul", 7), ("juil", 7), ("lug", 7),
        ("aug", 8), ("aoû", 8), ("aou", 8), ("ago", 8),
        ("sep", 9), ("set", 9),
        ("oct", 10), ("okt", 10), ("ott", 10),
        ("nov", 11),
        ("dec", 12), ("dez", 12), ("déc", 12), ("dic", 12),
    ];

    // Minutes east of Greenwich. Letters that stand for several zones have the meaning that JVMs and databases give them.
    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Z"] = 0, ["UTC"] = 0, ["UCT"] = 0, ["GMT"] = 0, ["WET"] = 0, ["WEST"] = 60, ["BST"] = 60,
        ["CET"] = 60, ["CEST"] = 120, ["MET"] = 60, ["MEST"] = 120, ["MEZ"] = 60, ["MESZ"] = 120,
        ["EET"] = 120, ["EEST"] = 180, ["MSK"] = 180, ["TRT"] = 180, ["SAST"] = 120, ["GST"] = 240, ["PKT"] = 300,
        ["IST"] = 330, ["ICT"] = 420, ["WIB"] = 420, ["HKT"] = 480, ["SGT"] = 480, ["AWST"] = 480, ["JST"] = 540, ["KST"] = 540,
        ["ACST"] = 570, ["ACDT"] = 630, ["AEST"] = 600, ["AEDT"] = 660, ["NZST"] = 720, ["NZDT"] = 780,
        ["BRT"] = -180, ["ART"] = -180, ["NST"] = -210, ["NDT"] = -150, ["AST"] = -240, ["ADT"] = -180,
        ["EST"] = -300, ["EDT"] = -240, ["CST"] = -360, ["CDT"] = -300, ["MST"] = -420, ["MDT"] = -360,
        ["PST"] = -480, ["PDT"] = -420, ["AKST"] = -540, ["AKDT"] = -480, ["HST"] = -600,
    };

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ZoneOf =
        Zones.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The month of that name, from 1; 0: it is none.</summary>
    public static int Month(ReadOnlySpan<char> word)
    {
        if (word.Length < 3) return 0;
        foreach (var (start, month) in Months)
            if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return month;
        return 0;
    }

    /// <summary>Whether a text is a month and a day, as in "Mar 09": what stands before the comma in "Mar 09, 2024".</summary>
    public static bool IsMonthAndDay(ReadOnlySpan<char> text)
    {
        var blank = text.IndexOf(' ');
        if (blank < 3 || Month(text[..blank]) == 0 || text[..blank].IndexOfAnyExcept(Letters) >= 0) return false;
        var day = text[blank..].Trim();
        return day.Length is 1 or 2 && day.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>
    /// Reads what may stand behind a clock: nothing, Z, UTC, CET, +01:00, +0100, +1, Z+0100 (as mosquitto_sub writes it), GMT+1,
    /// each with a place in brackets behind it.
    /// </summary>
    public static bool TryZone(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text.IndexOfAny('(', '[') is >= 0 and var bracket) text = text[..bracket].TrimEnd();
        if (text.EndsWith("Uhr", StringComparison.OrdinalIgnoreCase)) text = text[..^3].TrimEnd();
        var sign = text.IndexOfAny('+', '-', '\u2212');
        var name = sign < 0 ? text : text[..sign];
        if (name.Length > 0 && !ZoneOf.TryGetValue(name, out minutes)) return false;
        if (sign < 0) return true;
        // A name before the offset says only what the offset counts from.
        if (minutes != 0) return false;
        Span<char> digits = stackalloc char[4];
        var count = 0;
        foreach (var c in text[(sign + 1)..])
        {
            if (c == ':') continue;
            if (!char.IsAsciiDigit(c) || count == digits.Length) return false;
            digits[count++] = c;
        }
        if (count is 0 or 3) return false;
        var number = int.Parse(digits[..count], System.Globalization.CultureInfo.InvariantCulture);
        minutes = (count <= 2 ? number * 60 : number / 100 * 60 + number % 100) * (text[sign] == '+' ? 1 : -1);
        return Math.Abs(minutes) <= 14 * 60;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZäéûÄÉÛ.");
}

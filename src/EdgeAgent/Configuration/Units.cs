using System.Globalization;

namespace EdgeAgent.Configuration;

/// <summary>Reads numbers with units: <c>250ms</c>, <c>64MiB</c>.</summary>
internal static class Units
{
    public const string Durations = "ms, s, m, h or d";
    public const string Sizes = "B, KB, MB, GB, TB, KiB, MiB, GiB or TiB";

    /// <summary>Ten years; beyond it lies a slip, and at last an overflow.</summary>
    private static readonly decimal LongestTicks = TimeSpan.FromDays(3653).Ticks;

    public static TimeSpan? Duration(string text)
    {
        long ticks = Split(text, out var number) switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => 0,
        };
        if (ticks == 0 || number > LongestTicks / ticks)
            return null;
        return TimeSpan.FromTicks((long)(number * ticks));
    }

    /// <summary>Bytes; a part of a byte is no size.</summary>
    public static long? Size(string text)
    {
        long unit = Split(text, out var number) switch
        {
            "B" => 1,
            "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            "TiB" => 1L << 40,
            _ => 0,
        };
        if (unit == 0 || number > long.MaxValue / unit || decimal.Truncate(number * unit) != number * unit)
            return null;
        return (long)(number * unit);
    }

    /// <summary>Times a second.</summary>
    public static double? Rate(string text) => Split(text, out var number) switch
    {
        "Hz" => (double)number,
        "kHz" => (double)number * 1000,
        _ => null,
    };

    /// <summary>A rate such as <c>50/s</c>, in events a second.</summary>
    public static double? PerSecond(string text)
    {
        var seconds = Split(text, out var number) switch
        {
            "/s" => 1,
            "/m" => 60,
            "/h" => 3600,
            _ => 0,
        };
        return seconds > 0 && number > 0 ? (double)number / seconds : null;
    }

    /// <summary>A duration as the configuration would write it.</summary>
    public static string Show(TimeSpan duration) => duration switch
    {
        { Ticks: > 0 } when duration.Ticks % TimeSpan.TicksPerDay == 0 => Invariant(duration.Ticks / TimeSpan.TicksPerDay, "d"),
        _ when duration.Ticks % TimeSpan.TicksPerSecond == 0 => Invariant(duration.Ticks / TimeSpan.TicksPerSecond, "s"),
        _ => Invariant(duration.Ticks / TimeSpan.TicksPerMillisecond, "ms"),
    };

    /// <summary>A size as the configuration would write it.</summary>
    public static string Show(long bytes) => bytes switch
    {
        > 0 when bytes % (1L << 40) == 0 => Invariant(bytes >> 40, "TiB"),
        > 0 when bytes % (1L << 20) == 0 => Invariant(bytes >> 20, "MiB"),
        > 0 when bytes % (1L << 10) == 0 => Invariant(bytes >> 10, "KiB"),
        _ => Invariant(bytes, "B"),
    };

    /// <summary>The unit behind the number, or null where there is no number.</summary>
    private static string? Split(string text, out decimal number)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
            length++;
        return decimal.TryParse(text.AsSpan(0, length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            ? text[length..].TrimStart(' ')
            : null;
    }

    private static string Invariant(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;
}

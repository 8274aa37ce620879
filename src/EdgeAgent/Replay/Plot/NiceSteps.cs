using System.Globalization;

namespace EdgeAgent.Replay.Plot;

/// <summary>Round values for an axis: multiples of 1, 2 or 5 times a power of ten.</summary>
internal static class NiceSteps
{
    /// <summary>The round values from <paramref name="low"/> to <paramref name="high"/>, about <paramref name="wanted"/> of them.</summary>
    public static IReadOnlyList<(double Value, string Text)> Between(double low, double high, int wanted)
    {
        var step = Step((high - low) / wanted);
        if (!double.IsFinite(step) || step <= 0) return [];
        var decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step)), 0, 15);
        var ticks = new List<(double, string)>();
        for (var i = Math.Ceiling(low / step); i * step <= high && ticks.Count <= 2 * wanted; i++)
            ticks.Add((i * step, Text(i * step, step, decimals)));
        return ticks;
    }

    /// <summary>The smallest round step that is not below <paramref name="rough"/>.</summary>
    public static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5])
            if (factor * power >= rough * (1 - 1e-9)) return factor * power;
        return 10 * power;
    }

    private static string Text(double value, double step, int decimals) =>
        Math.Abs(value) < step / 2 ? "0"
        : Math.Abs(value) is >= 1e6 or < 1e-4 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}

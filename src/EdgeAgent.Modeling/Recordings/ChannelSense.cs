namespace EdgeAgent.Modeling.Recordings;

/// <summary>Tells columns of numbers that are no sensors: those that never change, and those that only count.</summary>
internal static class ChannelSense
{
    // Shorter than this a temperature may rise all along.
    private const int CounterRows = 200;
    private const int CounterChanges = 100;

    /// <param name="files">The channel's values in each file.</param>
    /// <returns>Why no model can use it, or null.</returns>
    public static string? WhyNone(IReadOnlyList<float[]> files)
    {
        var first = files.SelectMany(f => f).FirstOrDefault(v => !float.IsNaN(v), float.NaN);
        if (files.All(f => f.All(v => float.IsNaN(v) || v == first)))
            return float.IsNaN(first) ? "it has no value" : FormattableString.Invariant($"it stays at {first}");
        return files.Sum(f => (long)f.Length) >= CounterRows && (files.All(f => Counts(f, 1)) || files.All(f => Counts(f, -1)))
            ? "it only ever goes one way, as a counter does; a device would soon be far from what it learned" : null;
    }

    private static bool Counts(float[] values, int sign)
    {
        var (last, changes) = (float.NaN, 0);
        foreach (var value in values)
        {
            if (float.IsNaN(value)) continue;
            if (sign * (value - last) < 0) return false;
            if (value != last && !float.IsNaN(last)) changes++;
            last = value;
        }
        return changes >= Math.Min(CounterChanges, values.Length / 2);
    }
}

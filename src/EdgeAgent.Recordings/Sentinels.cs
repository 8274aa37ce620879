namespace EdgeAgent.Recordings;

/// <summary>Finds the numbers that loggers write where they have no value, such as -9999.</summary>
internal static class Sentinels
{
    // So many times the width of all other values beyond them: no sensor goes there and comes back at once.
    private const double FarFactor = 3;
    private const int OthersNeeded = 10;
    private const double ShareLimit = 0.5;
    // -200 is also a number that a sensor may show once: what gas analysers and broken thermometers write comes often.
    private const float Weak = -200;
    private const int WeakNeeded = 3;
    private static readonly HashSet<float> Codes =
        [
            -200, -999, -9999, -99999, -999999, -999.9f, -9999.9f, -999.99f, 999, 9999, 99999, 999999, 9999999,
            65535, 32767, -32768, 2147483647f, -2147483648f, 4294967295f,
        ];

    /// <summary>Replaces them by NaN; says which, or null.</summary>
    public static string? Remove(float[] values)
    {
        var (low, high, others) = (float.PositiveInfinity, float.NegativeInfinity, 0);
        var counts = new Dictionary<float, int>();
        foreach (var value in values)
        {
            if (float.IsNaN(value)) continue;
            if (Codes.Contains(value))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
                continue;
            }
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
            others++;
        }
        if (counts.Count == 0 || others < OthersNeeded) return null;
        var width = Math.Max((double)high - low, 1e-6 * Math.Max(Math.Abs(low), Math.Abs(high)));
        var found = counts
            .Where(c => c.Key != Weak || c.Value >= WeakNeeded)
            .Where(c => c.Value <= ShareLimit * (others + c.Value))
            .Where(c => c.Key < low - FarFactor * width || c.Key > high + FarFactor * width)
            .ToDictionary();
        if (found.Count == 0) return null;
        for (var i = 0; i < values.Length; i++)
            if (found.ContainsKey(values[i])) values[i] = float.NaN;
        var codes = string.Join(" and ", found.Select(f => FormattableString.Invariant($"{f.Key:0.##} ({f.Value} times)")));
        return FormattableString.Invariant($"{codes} taken for missing, far outside of all other values ({low:g5} to {high:g5})");
    }
}

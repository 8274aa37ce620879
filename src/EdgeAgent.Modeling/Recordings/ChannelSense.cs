namespace EdgeAgent.Modeling.Recordings;

/// <summary>What kind of sensor a column of numbers is, as far as its values tell.</summary>
internal enum ChannelKind
{
    /// <summary>A measured value.</summary>
    Measured,
    /// <summary>It never changes in any recording.</summary>
    Constant,
    /// <summary>0 or 1, or two other values in turn: a state.</summary>
    Bit,
    /// <summary>It only ever rises, as meters do, but for where it begins anew.</summary>
    Counter,
}

/// <summary>Tells kinds of channels apart. Each is a legitimate one; only a column without any value is none.</summary>
internal static class ChannelSense
{
    // Shorter than this a temperature may rise all along.
    private const int CounterRows = 200;
    private const int CounterChanges = 100;
    // A count that goes back by less was not set back.
    private const float SetBackTo = 0.1f;

    /// <param name="files">The channel's values in each file; NaN where missing.</param>
    public static ChannelKind Of(IReadOnlyList<float[]> files)
    {
        var (one, other) = (float.NaN, float.NaN);
        var isMore = false;
        foreach (var value in files.SelectMany(f => f))
        {
            if (float.IsNaN(value) || value == one || value == other) continue;
            if (float.IsNaN(one)) one = value;
            else if (float.IsNaN(other)) other = value;
            else isMore = true;
            if (isMore) break;
        }
        if (!isMore) return float.IsNaN(other) && one is not (0 or 1) ? ChannelKind.Constant : ChannelKind.Bit;
        return files.Sum(f => (long)f.Length) >= CounterRows && files.All(Counts) ? ChannelKind.Counter : ChannelKind.Measured;
    }

    /// <summary>Why no model can use it, or null.</summary>
    public static string? WhyNone(IReadOnlyList<float[]> files) =>
        files.All(f => Array.TrueForAll(f, float.IsNaN)) ? "it has no value in any recording" : null;

    private static bool Counts(float[] values)
    {
        var (last, changes) = (float.NaN, 0);
        foreach (var value in values)
        {
            if (float.IsNaN(value)) continue;
            if (value < 0 || (value < last && value > SetBackTo * last)) return false;
            if (value > last) changes++;
            last = value;
        }
        return changes >= Math.Min(CounterChanges, values.Length / 2);
    }
}

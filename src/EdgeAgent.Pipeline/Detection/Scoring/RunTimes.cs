using System.Diagnostics;

namespace EdgeAgent.Pipeline.Detection.Scoring;

/// <summary>How long the runs of one model took on one lane, sorted into buckets. The lane writes, anyone may read.</summary>
internal sealed class RunTimes
{
    /// <summary>Upper bounds in seconds; what is longer than the last goes behind it.</summary>
    public static readonly double[] Bounds =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

    private static readonly long[] BoundTicks = [.. Bounds.Select(b => (long)(b * Stopwatch.Frequency))];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    public double Seconds => (double)Volatile.Read(ref _ticks) / Stopwatch.Frequency;

    /// <summary>Runs by bucket, not added up.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        var bucket = 0;
        while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket])
            bucket++;
        _counts[bucket]++;
        _ticks += ticks;
    }
}

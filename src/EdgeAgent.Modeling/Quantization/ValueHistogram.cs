namespace EdgeAgent.Modeling.Quantization;

/// <summary>How often a value's numbers fall where, between the least and the largest seen; 0 always lies within.</summary>
internal sealed class ValueHistogram(float low, float high)
{
    private const int Bins = 2048;
    private const double Outside = 0.0005;
    private const int Levels = 255;
    // Ranges that the search for the least error tries: down to a tenth.
    private const int Trials = 90;

    private readonly long[] _counts = new long[Bins];
    private long _total;

    public void Add(ReadOnlySpan<float> numbers)
    {
        var scale = high > low ? Bins / ((double)high - low) : 0;
        foreach (var number in numbers)
            _counts[Math.Clamp((int)((number - low) * scale), 0, Bins - 1)]++;
        _total += numbers.Length;
    }

    /// <summary>The range to quantize.</summary>
    public (float Low, float High) Range(RangeMethod method) => method switch
    {
        RangeMethod.Percentile => (Math.Min(0, Quantile(Outside)), Math.Max(0, Quantile(1 - Outside))),
        RangeMethod.Mse => LeastError(),
        _ => (low, high),
    };

    private float Quantile(double share)
    {
        long seen = 0, wanted = (long)(share * _total);
        var bin = 0;
        while (bin < Bins - 1 && (seen += _counts[bin]) <= wanted)
            bin++;
        // The bin's outer edge: what lies in it stays within.
        return Edge(share < 0.5 ? bin : bin + 1);
    }

    private (float, float) LeastError()
    {
        var best = (low, high);
        var least = double.MaxValue;
        for (var trial = 0; trial <= Trials; trial++)
        {
            var share = 1 - trial / (Trials / 0.9f);
            if (Error(low * share, high * share) is var error && error < least)
                (least, best) = (error, (low * share, high * share));
        }
        return best;
    }

    /// <summary>Squared error, summed: of rounding within the range, of the distance beyond it.</summary>
    private double Error(double from, double to)
    {
        var step = (to - from) / Levels;
        var sum = 0.0;
        for (var bin = 0; bin < Bins; bin++)
        {
            var centre = low + (bin + 0.5) * (high - low) / Bins;
            var beyond = Math.Max(0, Math.Max(from - centre, centre - to));
            sum += _counts[bin] * (beyond > 0 ? beyond * beyond : step * step / 12);
        }
        return sum;
    }

    private float Edge(int bin) => low + (high - low) * bin / Bins;
}

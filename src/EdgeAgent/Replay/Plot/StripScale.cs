namespace EdgeAgent.Replay.Plot;

/// <summary>The upright axis of one strip.</summary>
internal abstract class StripScale
{
    /// <summary>Value at the bottom.</summary>
    public double Low { get; protected init; }
    /// <summary>Value at the top.</summary>
    public double High { get; protected init; }
    /// <summary>Values worth a line and a label.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; protected init; } = [];
    /// <summary>How the script of a page tells the scales apart.</summary>
    public abstract string Kind { get; }

    /// <summary>Height of a value from 0, the bottom, to 1; what lies beyond stays at the edge.</summary>
    public double Place(double value) => Math.Clamp(Fraction(value), 0, 1);

    protected abstract double Fraction(double value);
}

/// <summary>
/// Scores: the distance from 0 grows with the logarithm of 1 + score, so that the threshold 1.0 can be read beside a peak
/// of 50.
/// </summary>
internal sealed class ScoreScale : StripScale
{
    private const double LeastHigh = 3;
    private static readonly double[] Marks = [0, 1, 2, 5, 10, 20, 50, 100, 1e3, 1e4, 1e5, 1e6];

    public ScoreScale(ValueRow scores, int columns)
    {
        High = LeastHigh;
        for (var i = 0; i < columns; i++)
            if (scores.TryGet(i, out _, out var high)) High = Math.Max(High, high * 1.1);
        Ticks = [.. Marks.Where(m => m <= High).Select(m => (m, m.ToString("0", System.Globalization.CultureInfo.InvariantCulture)))];
    }

    public override string Kind => "score";

    protected override double Fraction(double value) => Math.Log(1 + Math.Max(0, value)) / Math.Log(1 + High);
}

/// <summary>
/// Values of a channel in its unit: all that the channel shows and the band of its normal, but for single wild values that
/// would flatten the rest; these are drawn at the edge.
/// </summary>
internal sealed class ValueScale : StripScale
{
    private const double WildFactor = 6;
    private const int WantedTicks = 4;

    public ValueScale(ValueRow values, int columns, (double Mean, double Spread)? normal)
    {
        var lows = new List<double>();
        var highs = new List<double>();
        for (var i = 0; i < columns; i++)
        {
            if (!values.TryGet(i, out var low, out var high)) continue;
            lows.Add(low);
            highs.Add(high);
        }
        (Low, High) = Range(lows, highs);
        if (normal is { } band) (Low, High) = WithBand(Low, High, band.Mean, band.Spread);
        var margin = High > Low ? 0.06 * (High - Low) : Math.Max(1e-6, 0.01 * Math.Abs(High));
        (Low, High) = (Low - margin, High + margin);
        IsCut = lows.Count > 0 && (lows.Min() < Low || highs.Max() > High);
        (Least, Most) = lows.Count > 0 ? (lows.Min(), highs.Max()) : (double.NaN, double.NaN);
        Ticks = NiceSteps.Between(Low, High, WantedTicks);
    }

    /// <summary>Whether values lie beyond the edges.</summary>
    public bool IsCut { get; }
    public double Least { get; }
    public double Most { get; }

    public override string Kind => "value";

    protected override double Fraction(double value) => (value - Low) / (High - Low);

    private static (double Low, double High) Range(List<double> lows, List<double> highs)
    {
        if (lows.Count == 0) return (0, 1);
        lows.Sort();
        highs.Sort();
        var aside = lows.Count / 100;
        var (low, high) = (lows[aside], highs[^(1 + aside)]);
        var usual = high - low;
        return usual > 0 && highs[^1] - lows[0] > WildFactor * usual
            ? (Math.Max(lows[0], low - usual / 2), Math.Min(highs[^1], high + usual / 2))
            : (lows[0], highs[^1]);
    }

    /// <summary>Makes room for the band, but not so much that the values become a flat line.</summary>
    private static (double Low, double High) WithBand(double low, double high, double mean, double spread)
    {
        var room = high > low ? high - low : spread;
        return (Math.Max(Math.Min(low, mean - spread), low - room), Math.Min(Math.Max(high, mean + spread), high + room));
    }
}

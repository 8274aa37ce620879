namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>When each sample of a block was taken: spaced evenly by the source's rate, to or from the message's time.</summary>
internal sealed class SampleClock(PayloadOptions source)
{
    /// <summary>Event time counts steps of 100 ns; samples nearer to each other could not be told apart.</summary>
    public const double RateLimit = TimeSpan.TicksPerSecond;
    /// <summary>At less, one block would last for years: that is no rate but a slip.</summary>
    public const double LeastRate = 1e-3;

    private readonly double _usual = source.SampleRate ?? 0;
    private double _rate;

    /// <summary>Whether the source says at which rate its samples come: only then arrays are read.</summary>
    public bool IsOn => source.SampleRate is not null || source.SampleRatePath is not null;

    /// <summary>Whether the rate in hand is one.</summary>
    public bool HasRate => IsRate(_rate);

    public static bool IsRate(double rate) => rate is >= LeastRate and <= RateLimit;

    /// <summary>Begins a block.</summary>
    /// <param name="rate">Samples a second that the message says; NaN: it does not.</param>
    public void Begin(double rate) => _rate = double.IsNaN(rate) ? _usual : rate;

    /// <summary>Event time of a sample, in UTC ticks.</summary>
    public long Ticks(long messageTicks, int row, int rows)
    {
        var steps = source.BlockTime == BlockTime.First ? row : row - (rows - 1);
        // What a sender says may lie at either end of the calendar.
        return Math.Clamp(messageTicks + (long)Math.Round(steps * (TimeSpan.TicksPerSecond / _rate)), 0, DateTime.MaxValue.Ticks);
    }
}

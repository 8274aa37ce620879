namespace EdgeAgent.Inference.Features;

/// <summary>
/// Mean and spread of each channel over a device's first readings, and the calibrated value
/// z = (value − mean) / spread that models see. One owner at a time.
/// </summary>
/// <remarks>
/// Running mean and sum of squares by B. P. Welford, "Note on a method for calculating corrected sums of squares and
/// products", Technometrics 4 (1962), in double precision; the spread is the population standard deviation.
/// </remarks>
public sealed class ChannelCalibration
{
    private readonly float[] _floors;
    private readonly float _clip;
    private readonly int _readings;
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly float[] _inverseSpread;
    private readonly float[] _center;

    /// <param name="floors">Smallest spread a channel, in its unit.</param>
    /// <param name="readings">Readings from which it learns.</param>
    /// <param name="clip">Bound of |z|.</param>
    public ChannelCalibration(ReadOnlySpan<float> floors, int readings, float clip)
    {
        _floors = floors.ToArray();
        _readings = readings;
        _clip = clip;
        _mean = new double[floors.Length];
        _squares = new double[floors.Length];
        _inverseSpread = new float[floors.Length];
        _center = new float[floors.Length];
    }

    /// <summary>Readings learned so far.</summary>
    public int Count { get; private set; }

    /// <summary>Readings that it learns from before it calibrates others.</summary>
    public int Needed => _readings;

    /// <summary>Whether enough readings were learned to calibrate others.</summary>
    public bool IsComplete => Count >= _readings;

    /// <summary>Mean of each channel, in its unit.</summary>
    public ReadOnlySpan<float> Means => _center;

    /// <summary>Learns one reading, one value a channel; does nothing once complete.</summary>
    public void Learn(ReadOnlySpan<float> values)
    {
        if (IsComplete) return;
        Count++;
        for (var c = 0; c < _mean.Length; c++)
        {
            var difference = values[c] - _mean[c];
            _mean[c] += difference / Count;
            _squares[c] += difference * (values[c] - _mean[c]);
        }
        if (IsComplete) Freeze();
    }

    /// <summary>Forgets everything: the next readings are the first.</summary>
    public void Reset()
    {
        Count = 0;
        Array.Clear(_mean);
        Array.Clear(_squares);
    }

    /// <summary>Mean of one channel so far, in its unit.</summary>
    public float Mean(int channel) => (float)_mean[channel];

    /// <summary>Spread of one channel so far, in its unit; not below its floor.</summary>
    public float Spread(int channel) => (float)Math.Max(Count == 0 ? 0 : Math.Sqrt(_squares[channel] / Count), _floors[channel]);

    /// <summary>Writes z of one reading; only once complete.</summary>
    public void Apply(ReadOnlySpan<float> values, Span<float> z)
    {
        for (var c = 0; c < _center.Length; c++)
            z[c] = Math.Clamp((values[c] - _center[c]) * _inverseSpread[c], -_clip, _clip);
    }

    /// <summary>The value, in its unit, that calibrates to <paramref name="z"/>.</summary>
    public float Undo(int channel, float z) => _center[channel] + z / _inverseSpread[channel];

    private void Freeze()
    {
        for (var c = 0; c < _mean.Length; c++)
        {
            _center[c] = (float)_mean[c];
            _inverseSpread[c] = (float)(1 / Math.Max(Math.Sqrt(_squares[c] / Count), _floors[c]));
        }
    }
}

namespace EdgeAgent.Inference.Features;

/// <summary>
/// The smallest change of each channel from one reading to the next: how finely the sensor tells values apart. One
/// owner at a time; learning allocates nothing.
/// </summary>
/// <remarks>
/// A sensor that stands nearly still while it calibrates has a spread far below its own step, and the first step
/// afterwards would be an endless z. Where a sensor is fine, its smallest change is tiny and never binds.
/// </remarks>
internal sealed class SensorSteps
{
    // Of a sensor that never changed while it calibrated nothing is known; a thousandth of its value is a usual step.
    private const float StepOfStillSensor = 1e-3f;

    private readonly float[] _floorSteps;
    private readonly float[] _last;
    private readonly float[] _smallest;

    /// <param name="floorSteps">Per channel how many steps the smallest spread has; 0: no floor from here.</param>
    public SensorSteps(ReadOnlySpan<float> floorSteps)
    {
        _floorSteps = floorSteps.ToArray();
        _last = new float[floorSteps.Length];
        _smallest = new float[floorSteps.Length];
        Array.Fill(_last, float.NaN);
        Array.Fill(_smallest, float.PositiveInfinity);
    }

    /// <summary>Takes note of one reading, one value a channel.</summary>
    public void Learn(ReadOnlySpan<float> values)
    {
        for (var c = 0; c < _last.Length; c++)
        {
            // Against the first, which is NaN, every comparison is false.
            var change = MathF.Abs(values[c] - _last[c]);
            if (change > 0 && change < _smallest[c]) _smallest[c] = change;
            _last[c] = values[c];
        }
    }

    /// <summary>Smallest spread of a channel, in its unit.</summary>
    /// <param name="channel">Its position.</param>
    /// <param name="mean">Its mean, for a sensor that never changed.</param>
    public float Floor(int channel, float mean)
    {
        if (_floorSteps[channel] == 0) return 0;
        if (float.IsFinite(_smallest[channel])) return _floorSteps[channel] * _smallest[channel];
        return _floorSteps[channel] * (mean == 0 ? 1 : MathF.Abs(mean) * StepOfStillSensor);
    }
}

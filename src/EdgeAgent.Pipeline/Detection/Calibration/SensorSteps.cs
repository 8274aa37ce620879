using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

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
        Clear();
    }

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
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

    /// <summary>
    /// Takes note of a reading behind those that were to be learned, of channels alone that had not moved: the first change of each tells
    /// its step. True where there was one.
    /// </summary>
    public bool LearnFirst(ReadOnlySpan<float> values)
    {
        var isFirst = false;
        for (var c = 0; c < _last.Length; c++)
        {
            if (_floorSteps[c] == 0 || float.IsFinite(_smallest[c]) || !(MathF.Abs(values[c] - _last[c]) is > 0 and var change)) continue;
            _smallest[c] = change;
            isFirst = true;
        }
        return isFirst;
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

    /// <summary>Whether each is a step, or none was seen yet.</summary>
    public bool IsPossible => Array.TrueForAll(_smallest, s => s > 0) && !Array.Exists(_last, float.IsInfinity);

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => 2 * sizeof(float) * _last.Length;

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.AsBytes(_last.AsSpan()).CopyTo(room);
        MemoryMarshal.AsBytes(_smallest.AsSpan()).CopyTo(room[(SavedBytes / 2)..]);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        saved[..(SavedBytes / 2)].CopyTo(MemoryMarshal.AsBytes(_last.AsSpan()));
        saved[(SavedBytes / 2)..SavedBytes].CopyTo(MemoryMarshal.AsBytes(_smallest.AsSpan()));
        return saved[SavedBytes..];
    }
}

using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

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
    private readonly ChannelKinds? _kinds;

    /// <param name="floorSteps">Per channel how many steps the smallest spread has; 0: no floor from here.</param>
    /// <param name="bitSteps">The same of channels that show to be bits; empty: none is looked for.</param>
    public SensorSteps(ReadOnlySpan<float> floorSteps, ReadOnlySpan<float> bitSteps = default)
    {
        _kinds = bitSteps.IsEmpty ? null : new ChannelKinds(bitSteps);
        _floorSteps = floorSteps.ToArray();
        _last = new float[floorSteps.Length];
        _smallest = new float[floorSteps.Length];
        Clear();
    }

    /// <summary>What a manifest asks for; null: no floor depends on steps.</summary>
    public static SensorSteps? Of(BundleManifest manifest)
    {
        if (!manifest.Channels.Any(c => c.StepsOfFloor > 0)) return null;
        float[] steps = [.. manifest.Channels.Select(c => c.StepsOfFloor)];
        return manifest.Channels.Any(c => c.BitSteps is not null)
            ? new SensorSteps(steps, [.. manifest.Channels.Select(c => c.BitSteps ?? 0)]) : new SensorSteps(steps);
    }

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
        Array.Fill(_last, float.NaN);
        Array.Fill(_smallest, float.PositiveInfinity);
        _kinds?.Clear();
    }

    /// <summary>Whether a channel only ever rises, so that its level says nothing.</summary>
    public bool IsCounter(int channel) => _kinds?.IsCounter(channel) == true;

    /// <summary>Takes note of one reading, one value a channel.</summary>
    public void Learn(ReadOnlySpan<float> values)
    {
        for (var c = 0; c < _last.Length; c++)
        {
            // Against the first, which is NaN, every comparison is false.
            var change = MathF.Abs(values[c] - _last[c]);
            if (change > 0 && change < _smallest[c]) _smallest[c] = change;
            _kinds?.Learn(c, _last[c], values[c], _smallest[c]);
            _last[c] = values[c];
        }
    }

    /// <summary>
    /// Takes note of a reading behind those that were to be learned, of channels alone that had not moved: the first change of each tells
    /// its step. Where kinds of channels matter, all are looked at. True where a channel turned out to be another than it seemed.
    /// </summary>
    public bool LearnFirst(ReadOnlySpan<float> values)
    {
        var isFirst = false;
        for (var c = 0; c < _last.Length; c++)
        {
            if (_kinds?.Matters(c) == true)
            {
                isFirst |= LearnKind(_kinds, c, values[c]);
                continue;
            }
            if (_floorSteps[c] == 0 || float.IsFinite(_smallest[c]) || !(MathF.Abs(values[c] - _last[c]) is > 0 and var change)) continue;
            _smallest[c] = change;
            isFirst = true;
        }
        return isFirst;
    }

    /// <summary>The same; true where anything is worth keeping: what leads to another kind would have to be seen again otherwise.</summary>
    public bool LearnFirst(ReadOnlySpan<float> values, out bool isOther)
    {
        var before = _kinds?.Changes;
        isOther = LearnFirst(values);
        return isOther || _kinds?.Changes != before;
    }

    private bool LearnKind(ChannelKinds kinds, int c, float value)
    {
        var (change, hadMoved) = (MathF.Abs(value - _last[c]), float.IsFinite(_smallest[c]));
        // What tells bits from others is the smallest step, so that goes on being looked for; other channels keep theirs.
        var isBit = hadMoved && kinds.Floor(c, _smallest[c], _last[c]) > 0;
        var isSmaller = change > 0 && change < _smallest[c] && (!hadMoved || isBit);
        if (isSmaller) _smallest[c] = change;
        var isOther = kinds.Learn(c, _last[c], value, _smallest[c]);
        _last[c] = value;
        return isOther || isSmaller;
    }

    /// <summary>Smallest spread of a channel, in its unit.</summary>
    /// <param name="channel">Its position.</param>
    /// <param name="mean">Its mean, for a sensor that never changed.</param>
    public float Floor(int channel, float mean)
    {
        if (_kinds?.Matters(channel) == true && _kinds.Floor(channel, _smallest[channel], mean) is > 0 and var floor) return floor;
        if (_floorSteps[channel] == 0) return 0;
        if (float.IsFinite(_smallest[channel])) return _floorSteps[channel] * _smallest[channel];
        return _floorSteps[channel] * (mean == 0 ? 1 : MathF.Abs(mean) * StepOfStillSensor);
    }

    /// <summary>Whether each is a step, or none was seen yet.</summary>
    public bool IsPossible => Array.TrueForAll(_smallest, s => s > 0) && !Array.Exists(_last, float.IsInfinity)
        && _kinds?.IsPossible != false;

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => StepBytes + (_kinds?.SavedBytes ?? 0);

    private int StepBytes => 2 * sizeof(float) * _last.Length;

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.AsBytes(_last.AsSpan()).CopyTo(room);
        MemoryMarshal.AsBytes(_smallest.AsSpan()).CopyTo(room[(StepBytes / 2)..]);
        return _kinds is null ? room[StepBytes..] : _kinds.Save(room[StepBytes..]);
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        saved[..(StepBytes / 2)].CopyTo(MemoryMarshal.AsBytes(_last.AsSpan()));
        saved[(StepBytes / 2)..StepBytes].CopyTo(MemoryMarshal.AsBytes(_smallest.AsSpan()));
        return _kinds is null ? saved[StepBytes..] : _kinds.Load(saved[StepBytes..]);
    }
}

using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// What kind of channel each is by what it has shown: one that has not moved, a bit, which knows two values, a counter, which only rises,
/// or any other. Nothing tells how far the first two may go, and where a counter stands says nothing: it always goes on. One owner at a
/// time; learning allocates nothing.
/// </summary>
/// <param name="bitSteps">Per channel how many steps the smallest spread of a bit has; 0: its kind does not matter.</param>
internal sealed class ChannelKinds(ReadOnlySpan<float> bitSteps)
{
    /// <summary>Rises without a fall that make a counter: of a sensor with noise half of all changes are falls.</summary>
    private const float CounterRises = 20;
    /// <summary>Two values are a step apart but for rounding.</summary>
    private const float OneStep = 1.001f;
    private const int Numbers = 3;

    private readonly float[] _bitSteps = bitSteps.ToArray();
    /// <summary>Of each channel lowest and highest value, and its rises; these are endless once it fell.</summary>
    private readonly float[] _numbers = Blank(bitSteps.Length);

    /// <summary>Whether there is anything to learn.</summary>
    public bool Matters(int channel) => _bitSteps[channel] > 0;

    /// <summary>Rises whenever what tells kinds apart has changed: it is worth keeping then.</summary>
    public int Changes { get; private set; }

    /// <summary>Takes note of a value. True where the channel is of another kind than before.</summary>
    /// <param name="channel">Its position.</param>
    /// <param name="last">The value before it; NaN: there is none.</param>
    /// <param name="value">The value.</param>
    /// <param name="step">The channel's smallest change so far, this one included.</param>
    public bool Learn(int channel, float last, float value, float step)
    {
        var was = (IsBit(channel, step), IsCounter(channel));
        var own = Of(channel);
        var (low, high, rises) = (own[0], own[1], own[2]);
        if (!(value >= own[0])) own[0] = value;
        if (!(value <= own[1])) own[1] = value;
        if (value < last) own[2] = float.PositiveInfinity;
        else if (value > last) own[2]++;
        // Of what is no bit its bounds say nothing, of what is a counter no further rise.
        if ((was.Item1 && (own[0] != low || own[1] != high)) || (own[2] != rises && (rises < CounterRises || float.IsInfinity(own[2]))))
            Changes++;
        return was != (IsBit(channel, step), IsCounter(channel));
    }

    /// <summary>Smallest spread of a channel, in its unit; 0: it is of no such kind.</summary>
    /// <param name="channel">Its position.</param>
    /// <param name="step">Its smallest change; endless: it has not moved.</param>
    /// <param name="mean">Its mean.</param>
    public float Floor(int channel, float step, float mean)
    {
        if (float.IsFinite(step)) return IsBit(channel, step) ? _bitSteps[channel] * step : 0;
        return mean == 0 ? _bitSteps[channel] : MathF.Abs(mean);
    }

    /// <summary>Whether a channel has only ever risen, and often.</summary>
    public bool IsCounter(int channel) => Matters(channel) && Of(channel)[2] is >= CounterRises and < float.PositiveInfinity;

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear() => Blank(_bitSteps.Length).CopyTo(_numbers, 0);

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible
    {
        get
        {
            for (var c = 0; c < _bitSteps.Length; c++)
                if (Of(c) is var own && (own[0] > own[1] || !(own[2] >= 0)))
                    return false;
            return true;
        }
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => sizeof(float) * _numbers.Length;

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.AsBytes(_numbers.AsSpan()).CopyTo(room);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        saved[..SavedBytes].CopyTo(MemoryMarshal.AsBytes(_numbers.AsSpan()));
        return saved[SavedBytes..];
    }

    private static float[] Blank(int channels) =>
        [.. Enumerable.Range(0, Numbers * channels).Select(i => i % Numbers == 2 ? 0 : float.NaN)];

    private bool IsBit(int channel, float step) => float.IsFinite(step) && Of(channel)[1] - Of(channel)[0] <= OneStep * step;

    private Span<float> Of(int channel) => _numbers.AsSpan(Numbers * channel, Numbers);
}

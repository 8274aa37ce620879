using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Operating states that a device has been in while all was well, each with its means and spreads. A machine that is set back to one of them
/// is not at fault. There is room for so many; what lies nearest to another is given up first, so that they cover where the device has been.
/// Allocates nothing once it has a first; one owner at a time.
/// </summary>
/// <param name="limit">How many are kept.</param>
/// <param name="calibration">Knows the smallest spread of each channel.</param>
public sealed class KnownStates(int limit, ChannelCalibration calibration)
{
    /// <summary>States that lie within one spread in every channel are one.</summary>
    private const double Apart = 1;

    // Made with the first: a device that is never calibrated needs none.
    private float[] _numbers = [];

    private int Channels => calibration.Floors.Length;

    /// <summary>States kept.</summary>
    public int Count { get; private set; }

    /// <summary>Mean of each channel in a state kept.</summary>
    public ReadOnlySpan<float> Means(int place) => Numbers(place)[..Channels];

    /// <summary>Spread of each channel.</summary>
    public ReadOnlySpan<float> Spreads(int place) => Numbers(place)[Channels..];

    /// <summary>Takes note of what is normal now.</summary>
    public void Note(ChannelBlock state)
    {
        if (_numbers.Length == 0) _numbers = new float[(limit + 1) * 2 * Channels];
        // Behind those kept is room for the one that asks.
        Put(state, limit);
        var (nearest, distance) = Nearest(limit);
        if (nearest >= 0 && distance < Apart) return;
        if (Count < limit)
        {
            Put(state, Count++);
            return;
        }
        // Of the two that lie nearest to each other the younger one goes; that may be the new one.
        var place = -1;
        for (var i = 1; i < Count; i++)
            if (Nearest(i) is var (other, gap) && other < i && gap < distance)
                (place, distance) = (i, gap);
        if (place >= 0) Put(state, place);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible
    {
        get
        {
            for (var i = 0; i < Count; i++)
                foreach (var spread in Spreads(i))
                    if (!(spread >= 0)) return false;
            return !Array.Exists(_numbers, n => !float.IsFinite(n));
        }
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => 2 * sizeof(int) + limit * 2 * Channels * sizeof(float);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        var states = room[(2 * sizeof(int))..SavedBytes];
        states.Clear();
        MemoryMarshal.AsBytes(_numbers.AsSpan(0, Count * 2 * Channels)).CopyTo(states);
        MemoryMarshal.Write(room, Count);
        MemoryMarshal.Write(room[sizeof(int)..], CheckSum.Of(states));
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it. A model that kept none before left something else there.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        Clear();
        var count = MemoryMarshal.Read<int>(saved);
        var states = saved[(2 * sizeof(int))..SavedBytes];
        if (count < 1 || count > limit || CheckSum.Of(states) != MemoryMarshal.Read<uint>(saved[sizeof(int)..])) return saved[SavedBytes..];
        _numbers = new float[(limit + 1) * 2 * Channels];
        Count = count;
        states.CopyTo(MemoryMarshal.AsBytes(_numbers.AsSpan()));
        return saved[SavedBytes..];
    }

    private Span<float> Numbers(int place) => _numbers.AsSpan(place * 2 * Channels, 2 * Channels);

    private void Put(ChannelBlock state, int place)
    {
        var numbers = Numbers(place);
        for (var c = 0; c < Channels; c++)
            (numbers[c], numbers[Channels + c]) = ((float)state.Mean(c), (float)state.Spread(c));
    }

    private (int Place, double Distance) Nearest(int place)
    {
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (var i = 0; i < Count; i++)
            if (i != place && Distance(place, i) is var distance && distance < least)
                (nearest, least) = (i, distance);
        return (nearest, least);
    }

    /// <summary>How many spreads two states lie apart, in the channel in which it is the most.</summary>
    private double Distance(int one, int other)
    {
        var means = Numbers(one);
        var others = Numbers(other);
        var farthest = 0.0;
        for (var c = 0; c < Channels; c++)
        {
            var spread = Math.Max(Math.Max(means[Channels + c], others[Channels + c]), calibration.Floor(c, means[c]));
            farthest = Math.Max(farthest, Math.Abs(means[c] - others[c]) / spread);
        }
        return farthest;
    }
}

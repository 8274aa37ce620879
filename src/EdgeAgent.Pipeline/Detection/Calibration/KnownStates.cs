using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Operating states that a device has been in while all was well, each with its means and spreads. A machine that is set back to one of
/// them is not at fault. There is room for so many; what lies nearest to another is given up first, so that they cover where the device has
/// been. Allocates nothing once it has a first; one owner at a time.
/// </summary>
/// <param name="limit">How many are kept.</param>
/// <param name="calibration">Knows the smallest spread of each channel.</param>
public sealed class KnownStates(int limit, ChannelCalibration calibration)
{
    /// <summary>States that lie within one spread in every channel are one.</summary>
    private const double Apart = 1;
    private const int HeadBytes = 2 * sizeof(int);

    // Made with the first: a device that is never calibrated needs none.
    private double[] _numbers = [];

    private int Channels => calibration.Floors.Length;

    /// <summary>States kept.</summary>
    public int Count { get; private set; }

    /// <summary>A state kept.</summary>
    public ChannelBlock this[int place] => new(_numbers, place, Channels);

    /// <summary>Takes note of what is normal now.</summary>
    public void Note(ChannelBlock state)
    {
        if (_numbers.Length == 0) _numbers = new double[limit * ChannelBlock.NumbersOf(Channels)];
        var (nearest, distance) = Nearest(state, except: -1);
        if (nearest >= 0 && distance < Apart) return;
        if (Count < limit)
        {
            Put(state, Count++);
            return;
        }
        // Of the two that lie nearest to each other the younger one goes; that may be the new one.
        var place = -1;
        for (var i = 1; i < Count; i++)
            if (Nearest(this[i], except: i) is var (other, gap) && other < i && gap < distance)
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
                if (this[i].Count == 0 || !this[i].IsPossible)
                    return false;
            return true;
        }
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => HeadBytes + limit * ChannelBlock.SavedBytes(Channels);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        var blocks = room[HeadBytes..SavedBytes];
        blocks.Clear();
        var rest = blocks;
        for (var i = 0; i < Count; i++)
            rest = this[i].Save(rest);
        MemoryMarshal.Write(room, Count);
        MemoryMarshal.Write(room[sizeof(int)..], CheckSum.Of(blocks));
        return room[SavedBytes..];
    }

    /// <summary>Whether so many bytes hold states of so many channels.</summary>
    public static bool IsSize(int bytes, int channels) =>
        bytes > HeadBytes && (bytes - HeadBytes) % ChannelBlock.SavedBytes(channels) == 0;

    /// <summary>
    /// Takes back what was saved. A model may have kept more or fewer before, which then are all there is, or none and left something else
    /// there.
    /// </summary>
    public void Load(ReadOnlySpan<byte> saved)
    {
        Clear();
        if (!TryLoad(saved[..Math.Min(SavedBytes, saved.Length)])) TryLoad(saved);
    }

    private bool TryLoad(ReadOnlySpan<byte> saved)
    {
        if (!IsSize(saved.Length, Channels)) return false;
        var (count, blocks) = (MemoryMarshal.Read<int>(saved), saved[HeadBytes..].ToArray());
        if (count < 1 || count > blocks.Length / ChannelBlock.SavedBytes(Channels)
            || CheckSum.Of(blocks) != MemoryMarshal.Read<uint>(saved[sizeof(int)..])) return false;
        _numbers = new double[limit * ChannelBlock.NumbersOf(Channels)];
        Count = Math.Min(count, limit);
        ReadOnlySpan<byte> rest = blocks;
        for (var i = 0; i < Count; i++)
            rest = this[i].Load(rest);
        return true;
    }

    private void Put(ChannelBlock state, int place)
    {
        var copy = this[place];
        copy.Clear();
        copy.Merge(state);
    }

    private (int Place, double Distance) Nearest(ChannelBlock state, int except)
    {
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (var i = 0; i < Count; i++)
            if (i != except && Distance(state, this[i]) is var distance && distance < least)
                (nearest, least) = (i, distance);
        return (nearest, least);
    }

    /// <summary>How many spreads two states lie apart, in the channel in which it is the most.</summary>
    private double Distance(ChannelBlock one, ChannelBlock other)
    {
        var farthest = 0.0;
        for (var c = 0; c < Channels; c++)
        {
            var spread = Math.Max(Math.Max(one.Spread(c), other.Spread(c)), calibration.Floor(c, one.Mean(c)));
            farthest = Math.Max(farthest, Math.Abs(one.Mean(c) - other.Mean(c)) / spread);
        }
        return farthest;
    }
}

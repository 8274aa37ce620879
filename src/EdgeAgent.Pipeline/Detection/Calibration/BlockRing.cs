using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>The last blocks of readings, oldest first; a new one takes the place of the oldest when it is full.</summary>
public sealed class BlockRing(int limit, int channels)
{
    // Made with the first block: most devices never need the blocks under an open event.
    private double[] _numbers = [];
    private int _oldest;

    public int Count { get; private set; }

    /// <summary>The block at a place; 0 is the oldest.</summary>
    public ChannelBlock this[int place] => new(_numbers, (_oldest + place) % limit, channels);

    /// <summary>Takes in a copy.</summary>
    public void Push(ChannelBlock block)
    {
        MakeRoom();
        if (Count == limit) RemoveOldest();
        var copy = this[Count++];
        copy.Clear();
        copy.Merge(block);
    }

    public void RemoveOldest()
    {
        _oldest = (_oldest + 1) % limit;
        Count--;
    }

    public void Clear() => (_oldest, Count) = (0, 0);

    /// <summary>Whether each block can be one; an empty one would be taken for readings of 0.</summary>
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

    public int SavedBytes => sizeof(int) + limit * ChannelBlock.SavedBytes(channels);

    /// <summary>Writes all blocks, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, Count);
        var rest = room[sizeof(int)..];
        for (var i = 0; i < Count; i++)
            rest = this[i].Save(rest);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        Clear();
        Count = Math.Clamp(MemoryMarshal.Read<int>(saved), 0, limit);
        if (Count > 0) MakeRoom();
        var rest = saved[sizeof(int)..];
        for (var i = 0; i < Count; i++)
            rest = this[i].Load(rest);
        return saved[SavedBytes..];
    }

    private void MakeRoom()
    {
        if (_numbers.Length == 0) _numbers = new double[limit * ChannelBlock.NumbersOf(channels)];
    }
}

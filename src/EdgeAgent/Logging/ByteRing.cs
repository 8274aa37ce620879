namespace EdgeAgent.Logging;

/// <summary>Bytes that wait, in the order in which they came, in a store of fixed size. One owner at a time.</summary>
internal sealed class ByteRing(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Whether so many more bytes leave <paramref name="reserve"/> free.</summary>
    public bool HasRoom(int bytes, int reserve) => Count + bytes <= _bytes.Length - reserve;

    /// <summary>Adds what there is room for.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var end = (_first + Count) % _bytes.Length;
        var whole = Math.Min(bytes.Length, _bytes.Length - end);
        bytes[..whole].CopyTo(_bytes.AsSpan(end));
        bytes[whole..].CopyTo(_bytes);
        Count += bytes.Length;
    }

    /// <summary>Copies the oldest bytes out, which stay until they are removed, and gives their number.</summary>
    public int Peek(Span<byte> into)
    {
        var length = Math.Min(into.Length, Count);
        var whole = Math.Min(length, _bytes.Length - _first);
        _bytes.AsSpan(_first, whole).CopyTo(into);
        _bytes.AsSpan(0, length - whole).CopyTo(into[whole..]);
        return length;
    }

    public void Remove(int count)
    {
        _first = (_first + count) % _bytes.Length;
        Count -= count;
    }
}

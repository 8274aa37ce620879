namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// What was found out about texts that come again and again, as topics. Bounded in number and bytes: where it is full it stays
/// as it is, so that a flood of new texts costs those that are known nothing, and starts over when it has been of no use for long.
/// One owner at a time.
/// </summary>
/// <param name="countLimit">Texts that are kept.</param>
internal sealed class Utf8Cache<T>(int countLimit)
{
    /// <summary>What a text may take on average.</summary>
    private const int MeanBytes = 80;
    /// <summary>Longer texts are looked at anew each time.</summary>
    private const int KeyLimit = 1024;
    /// <summary>
    /// It starts over after so many times its size of texts that it had no room for: else it would be built all the time.
    /// </summary>
    private const int Patience = 16;

    private readonly long _bytesLimit = (long)countLimit * MeanBytes;
    private Utf8Map<T> _values = new();
    private long _bytes;
    private long _leftOut;

    public int Count => _values.Count;

    public bool TryGet(ReadOnlySpan<byte> key, out T value) => _values.TryGet(key, out value);

    /// <summary>Keeps a value, instead of one that it may have kept before; not where there is no room.</summary>
    public void Set(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length > KeyLimit) return;
        if (_values.TryGet(key, out _))
        {
            _values.Remove(key);
        }
        else if (!HasRoom(key.Length) && ++_leftOut < (long)countLimit * Patience)
        {
            return;
        }
        else
        {
            if (!HasRoom(key.Length)) Clear();
            _bytes += key.Length;
        }
        _values.Add(key, value);
    }

    /// <summary>Forgets all, and gives its memory back.</summary>
    public void Clear() => (_values, _bytes, _leftOut) = (new Utf8Map<T>(), 0, 0);

    private bool HasRoom(int bytes) => _values.Count < countLimit && _bytes + bytes <= _bytesLimit;
}

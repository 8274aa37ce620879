namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// What was found out about texts that come again and again, as topics: bounded in number and bytes, and at a bound it starts over.
/// One owner at a time.
/// </summary>
internal sealed class Utf8Cache<T>
{
    private const int CountLimit = 100_000;
    private const int BytesLimit = 8 << 20;
    /// <summary>Longer texts are looked at anew each time.</summary>
    private const int KeyLimit = 1024;

    private Utf8Map<T> _values = new();
    private int _bytes;

    public int Count => _values.Count;

    public bool TryGet(ReadOnlySpan<byte> key, out T value) => _values.TryGet(key, out value);

    /// <summary>Keeps a value, instead of one that it may have kept before.</summary>
    public void Set(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length > KeyLimit) return;
        if (_values.Count >= CountLimit || _bytes + key.Length > BytesLimit) Clear();
        if (_values.TryGet(key, out _)) _values.Remove(key);
        else _bytes += key.Length;
        _values.Add(key, value);
    }

    /// <summary>Forgets all, and gives its memory back.</summary>
    public void Clear() => (_values, _bytes) = (new Utf8Map<T>(), 0);
}

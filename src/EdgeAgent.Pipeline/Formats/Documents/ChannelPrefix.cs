namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// The name of a value that is found in nested objects: the names on the way to it, with dots between. Memory is used again.
/// </summary>
internal sealed class ChannelPrefix
{
    /// <summary>What is longer is cut, and too long for a name all the same.</summary>
    private const int BytesLimit = 1024;

    private readonly byte[] _bytes = new byte[BytesLimit];
    private int _length;

    public ReadOnlySpan<byte> Name => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>All names begin with this.</summary>
    public void Begin(ReadOnlySpan<byte> first)
    {
        Clear();
        Append(first);
    }

    /// <summary>Goes into a member; gives what <see cref="Pop"/> takes.</summary>
    public int Push(ReadOnlySpan<byte> name)
    {
        var depth = _length;
        if (_length > 0) Append("."u8);
        Append(name);
        return depth;
    }

    public void Pop(int depth) => _length = depth;

    private void Append(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, BytesLimit - _length)];
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }
}

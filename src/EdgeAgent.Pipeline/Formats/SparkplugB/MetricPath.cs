using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The name of a metric with those that it lies in, slashes between. Memory is used again.</summary>
internal sealed class MetricPath
{
    private readonly byte[] _bytes = new byte[NameBuffer.BytesLimit];
    private int _length;

    public ReadOnlySpan<byte> Name => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Goes into a name; gives what <see cref="Pop"/> takes. A name that is too long is cut, and one nobody asked for.</summary>
    public int Push(ReadOnlySpan<byte> name)
    {
        var depth = _length;
        if (depth > 0) Append("/"u8);
        Append(name);
        return depth;
    }

    public void Pop(int depth) => _length = depth;

    private void Append(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, _bytes.Length - _length)];
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }
}

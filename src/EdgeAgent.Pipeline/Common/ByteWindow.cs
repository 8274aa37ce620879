using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Common;

/// <summary>Reads a file piece by piece through a small buffer, forwards for the most part.</summary>
internal sealed class ByteWindow : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _start;
    private int _count;

    /// <exception cref="IOException">It cannot be read.</exception>
    public ByteWindow(string path)
    {
        NamedFile.Require(path);
        _file = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_file);
    }

    public long Length { get; }

    /// <summary>A few bytes that the file has; valid until the next call.</summary>
    public ReadOnlySpan<byte> At(long at, int bytes)
    {
        if (at < _start || at + bytes > _start + _count)
        {
            (_start, _count) = (at, 0);
            _count = Read(at, _buffer);
            if (_count < bytes) throw new IOException("it became shorter while it was read");
        }
        return _buffer.AsSpan((int)(at - _start), bytes);
    }

    /// <summary>Fills a span with what the file has at a place.</summary>
    public void CopyTo(long at, Span<byte> destination)
    {
        if (destination.Length <= BufferBytes) At(at, destination.Length).CopyTo(destination);
        else if (Read(at, destination) < destination.Length) throw new IOException("it became shorter while it was read");
    }

    public void Dispose() => _file.Dispose();

    private int Read(long at, Span<byte> destination)
    {
        var read = 0;
        while (read < destination.Length && RandomAccess.Read(_file, destination[read..], at + read) is > 0 and var more) read += more;
        return read;
    }
}

using Microsoft.Win32.SafeHandles;

namespace EdgeAgent.Files;

/// <summary>A file that is read up to a limit: one that grows while it is read has no end either.</summary>
internal sealed class LimitedStream(FileStream file, string path, long byteLimit) : Stream
{
    public SafeFileHandle Handle => file.SafeFileHandle;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        return file.Position <= byteLimit ? read : throw NamedFile.TooLarge(path, byteLimit);
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is ever written.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}

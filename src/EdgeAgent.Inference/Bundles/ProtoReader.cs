namespace EdgeAgent.Inference.Bundles;

/// <summary>Reads the fields of a protobuf file one after the other, without holding it: what is skipped is not even read.</summary>
internal sealed class ProtoReader(Stream stream)
{
    private const int LengthType = 2;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _bufferStart;
    private int _at, _filled;

    public long Position => _bufferStart + _at;

    /// <summary>
    /// Reads what stands before a field's content. False: it was a number, and is passed already.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public bool TryReadField(long end, out int field, out long length)
    {
        var tag = Number();
        (field, length) = ((int)(tag >> 3), 0);
        switch (tag & 7)
        {
            case 0:
                _ = Number();
                return false;
            case 1:
                Skip(8);
                return false;
            case 5:
                Skip(4);
                return false;
            case LengthType:
                length = (long)Number();
                return length >= 0 && length <= end - Position ? true : throw new InvalidDataException();
            default:
                throw new InvalidDataException();
        }
    }

    public byte[] Read(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = Next();
        return bytes;
    }

    public void Skip(long count)
    {
        if (count <= _filled - _at)
        {
            _at += (int)count;
            return;
        }
        (_bufferStart, _at, _filled) = (Position + count, 0, 0);
        stream.Position = _bufferStart;
    }

    private ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Next();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException();
    }

    private byte Next()
    {
        if (_at == _filled)
        {
            _bufferStart += _filled;
            (_at, _filled) = (0, stream.Read(_buffer));
            if (_filled == 0) throw new InvalidDataException();
        }
        return _buffer[_at++];
    }
}

namespace EdgeAgent.Inference.Bundles;

/// <summary>Reads the fields of a protobuf file one after the other, without holding it: what is skipped is not even read.</summary>
internal sealed class ProtoReader(Stream stream)
{
    private const int NumberType = 0, LongType = 1, LengthType = 2, GroupType = 3, GroupEndType = 4, WordType = 5;
    /// <summary>As deep as other readers of these messages go.</summary>
    private const int GroupDepthLimit = 100;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _bufferStart;
    private int _at, _filled;

    public long Position => _bufferStart + _at;

    /// <summary>
    /// Reads what stands before a field's content. False: it was a number, or a group, which nobody needs, and is passed already.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public bool TryReadField(long end, out int field, out long length)
    {
        int type;
        (field, type) = Tag();
        length = type == LengthType ? Length(end) : 0;
        if (type == LengthType) return true;
        Pass(type, end);
        return false;
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

    /// <summary>Other readers take the lower 32 bits of it, whatever stands above them.</summary>
    private (int Field, int Type) Tag() => (uint)Number() is var tag && tag >> 3 > 0
        ? ((int)(tag >> 3), (int)(tag & 7)) : throw new InvalidDataException();

    private long Length(long end) =>
        (long)Number() is >= 0 and var length && length <= end - Position ? length : throw new InvalidDataException();

    private void Pass(int type, long end)
    {
        switch (type)
        {
            case NumberType:
                _ = Number();
                break;
            case LongType:
                Skip(8);
                break;
            case WordType:
                Skip(4);
                break;
            case GroupType:
                PassGroup(end);
                break;
            default:
                throw new InvalidDataException();
        }
    }

    /// <summary>What a group holds is none of the message's own fields, whatever their numbers.</summary>
    private void PassGroup(long end)
    {
        for (var depth = 1; depth > 0;)
        {
            var (_, type) = Tag();
            if (Position > end || depth > GroupDepthLimit) throw new InvalidDataException();
            if (type == GroupType) depth++;
            else if (type == GroupEndType) depth--;
            else if (type == LengthType) Skip(Length(end));
            else Pass(type, end);
        }
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

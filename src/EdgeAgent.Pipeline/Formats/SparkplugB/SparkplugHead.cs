namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>What a payload says besides its metrics.</summary>
internal ref struct SparkplugHead
{
    private const int TimestampField = 1, SequenceField = 3, KindField = 4, BodyField = 5;

    /// <summary>The field of each metric.</summary>
    public const int MetricsField = 2;

    private ReadOnlySpan<byte> _kind;
    private ReadOnlySpan<byte> _body;

    /// <summary>Milliseconds since 1970; 0: none.</summary>
    public ulong Timestamp { get; private set; }

    /// <summary>From 0 to 255; −1: none.</summary>
    public int Sequence { get; private set; }

    /// <summary>The payload itself, compressed; empty: it is not.</summary>
    public readonly ReadOnlySpan<byte> Compressed => _kind.SequenceEqual("SPBV1.0_COMPRESSED"u8) ? _body : [];

    /// <summary>Reads over a whole payload; false: it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SparkplugHead head)
    {
        head = default;
        head.Sequence = -1;
        var reader = new ProtobufReader(payload);
        while (reader.Read())
            if (!head.TryTake(reader)) return false;
        return !reader.IsBroken;
    }

    private bool TryTake(in ProtobufReader reader)
    {
        switch (reader.Field)
        {
            case TimestampField:
                Timestamp = reader.Number;
                return reader.Type == WireType.Varint;
            case SequenceField:
                Sequence = (int)(reader.Number & 0xff);
                return reader.Type == WireType.Varint;
            case MetricsField:
                return reader.Type == WireType.Bytes;
            case KindField:
                _kind = reader.Bytes;
                return reader.Type == WireType.Bytes;
            case BodyField:
                _body = reader.Bytes;
                return reader.Type == WireType.Bytes;
            default:
                return true;
        }
    }
}

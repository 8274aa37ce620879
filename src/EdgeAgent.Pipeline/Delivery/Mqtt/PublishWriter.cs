using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Collects PUBLISH packets, MQTT 5.0 section 3.3, so that many go out in one write. Belongs to the writer of the connection.
/// </summary>
internal sealed class PublishWriter(MqttVersion version, ServerProperties properties)
{
    private const int AtLeastOnce = 2;
    private const int Retain = 1;

    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly ArrayBufferWriter<byte> _packets = new(4096);
    private readonly ArrayBufferWriter<byte> _properties = new(128);
    private readonly TopicAliases _aliases = new(version == MqttVersion.V5 ? properties.TopicAliasMaximum : 0);

    /// <summary>The packets collected, valid until the next change.</summary>
    public ReadOnlyMemory<byte> Packets => _packets.WrittenMemory;

    public void Clear() => _packets.ResetWrittenCount();

    /// <summary>Adds a packet; returns its bytes, or 0 where it is larger than the broker takes.</summary>
    public int Add(in MqttMessage message, ushort packetId)
    {
        // A topic that has its number weighs less, so the true size is not known before; and then the number would be given already.
        if (version == MqttVersion.V5 && LargestSize(message) > properties.MaximumPacketSize) return 0;
        _body.ResetWrittenCount();
        var before = _packets.WrittenCount;
        var alias = _aliases.Of(message.Topic, out var isKnown);
        Text(_body, isKnown ? "" : message.Topic);
        Word(_body, packetId);
        if (version == MqttVersion.V5) Properties(message, alias);
        Byte(_packets, (int)MqttPacketType.Publish << 4 | AtLeastOnce | (message.IsRetained && properties.HasRetain ? Retain : 0));
        Variable(_packets, _body.WrittenCount + message.Payload.Length);
        _packets.Write(_body.WrittenSpan);
        _packets.Write(message.Payload);
        return _packets.WrittenCount - before;
    }

    private static int LargestSize(in MqttMessage message)
    {
        const int Overhead = 1 + 4 + 2 + 2 + 4 + 5 + 3 + 3 + 3 + 11 + 2;
        return Overhead + Encoding.UTF8.GetByteCount(message.Topic) + message.Payload.Length
            + (message.ContentType?.Length ?? 0) + (message.TraceParent?.Length ?? 0);
    }

    private void Properties(in MqttMessage message, int alias)
    {
        _properties.ResetWrittenCount();
        if (message.ExpirySeconds is { } expiry)
        {
            Byte(_properties, 0x02);
            BinaryPrimitives.WriteUInt32BigEndian(_properties.GetSpan(4), expiry);
            _properties.Advance(4);
        }
        if (message.ContentType is { } contentType)
        {
            Byte(_properties, 0x03);
            Text(_properties, contentType);
        }
        if (alias > 0)
        {
            Byte(_properties, 0x23);
            Word(_properties, alias);
        }
        if (message.TraceParent is { } trace)
        {
            Byte(_properties, 0x26);
            Text(_properties, "traceparent");
            Text(_properties, trace);
        }
        Variable(_body, _properties.WrittenCount);
        _body.Write(_properties.WrittenSpan);
    }

    private static void Text(ArrayBufferWriter<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Word(to, bytes);
        Encoding.UTF8.GetBytes(text, to.GetSpan(bytes));
        to.Advance(bytes);
    }

    private static void Byte(ArrayBufferWriter<byte> to, int value)
    {
        to.GetSpan(1)[0] = (byte)value;
        to.Advance(1);
    }

    private static void Word(ArrayBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to.GetSpan(2), (ushort)value);
        to.Advance(2);
    }

    private static void Variable(ArrayBufferWriter<byte> to, int value)
    {
        for (; value > 0x7f; value >>= 7)
            Byte(to, value & 0x7f | 0x80);
        Byte(to, value);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Writes PUBLISH packets, MQTT 5.0 section 3.3, into a buffer that it keeps. Owned by whoever writes to the connection.</summary>
internal sealed class PublishWriter(EdgeAgent.Mqtt.MqttVersion version, BrokerTerms terms)
{
    private const int AtLeastOnce = 2;
    private const int Retain = 1;

    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly ArrayBufferWriter<byte> _packet = new(4096);
    private readonly ArrayBufferWriter<byte> _properties = new(128);
    private readonly TopicAliases _aliases = new(version == EdgeAgent.Mqtt.MqttVersion.V5 ? terms.TopicAliasMaximum : 0);

    /// <summary>The packet, good until the next call; empty where it is larger than the broker takes.</summary>
    public ReadOnlyMemory<byte> Write(in UpstreamMessage message, ushort packetId)
    {
        // A topic that has its number weighs less, so what is too large is not known before; then the number has been said to nobody.
        if (version == EdgeAgent.Mqtt.MqttVersion.V5 && LargestSize(message) > terms.MaximumPacketSize) return default;
        _body.ResetWrittenCount();
        _packet.ResetWrittenCount();
        var alias = _aliases.Of(message.Topic, out var isKnown);
        Text(_body, isKnown ? "" : message.Topic);
        Word(_body, packetId);
        if (version == EdgeAgent.Mqtt.MqttVersion.V5) Properties(message, alias);
        _body.Write(message.Payload);
        Byte(_packet, (int)MqttPacketType.Publish << 4 | AtLeastOnce | (message.IsRetained && terms.HasRetain ? Retain : 0));
        Variable(_packet, _body.WrittenCount);
        _packet.Write(_body.WrittenSpan);
        return _packet.WrittenMemory;
    }

    private static int LargestSize(in UpstreamMessage message)
    {
        const int Overhead = 1 + 4 + 2 + 2 + 4 + 5 + 3 + 3 + 3 + 11 + 2;
        return Overhead + Encoding.UTF8.GetByteCount(message.Topic) + message.Payload.Length + (message.ContentType?.Length ?? 0) + (message.TraceParent?.Length ?? 0);
    }

    private void Properties(in UpstreamMessage message, int alias)
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

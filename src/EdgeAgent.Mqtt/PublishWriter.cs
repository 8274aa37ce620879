using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt;

/// <summary>
/// Writes PUBLISH packets with QoS 1, MQTT 5.0 section 3.3, and gives packet ids. Belongs to the session's thread: the order of
/// topic aliases is the order of packets.
/// </summary>
internal sealed class PublishWriter(MqttVersion version, ServerProperties server)
{
    private const int AtLeastOnce = 2;
    private const int Retain = 1;

    private readonly TopicAliases _aliases = new(version == MqttVersion.V5 ? server.TopicAliasMaximum : 0);
    private readonly HashSet<ushort> _underWay = [];
    private ushort _lastId;

    /// <summary>How many more the broker accepts now.</summary>
    public int Quota => server.ReceiveMaximum - _underWay.Count;

    /// <summary>An id that no request is under way with.</summary>
    public ushort NextPacketId()
    {
        do _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
        while (_underWay.Contains(_lastId));
        return _lastId;
    }

    /// <summary>The broker has answered.</summary>
    public void Answered(ushort packetId) => _underWay.Remove(packetId);

    /// <summary>Bytes that the payload of such a message may have at most.</summary>
    public long PayloadLimit(in MqttMessage message) =>
        version == MqttVersion.V5 ? server.MaximumPacketSize - (LargestSize(message) - message.Payload.Length) : long.MaxValue;

    /// <summary>Writes the packet; 0: it is larger than the broker accepts.</summary>
    public ushort Write(PacketWriter output, in MqttMessage message, out int bytes)
    {
        bytes = 0;
        // A topic that has its number takes less, so the size is not known before; then the number has been announced to nobody.
        if (message.Payload.Length > PayloadLimit(message)) return 0;
        var packetId = NextPacketId();
        var alias = _aliases.Of(message.Topic, out var isKnown);
        output.Begin(PacketType.Publish, AtLeastOnce | (message.IsRetained && server.HasRetain ? Retain : 0));
        output.Text(isKnown ? "" : message.Topic).Word(packetId);
        if (version == MqttVersion.V5) WriteProperties(output, message, alias);
        bytes = output.Raw(message.Payload).End();
        _underWay.Add(packetId);
        return packetId;
    }

    private static long LargestSize(in MqttMessage message)
    {
        const int Overhead = 1 + 4 + 2 + 2 + 4 + 5 + 3 + 3 + 5;
        var user = message.UserProperty is { } property
            ? Encoding.UTF8.GetByteCount(property.Name) + Encoding.UTF8.GetByteCount(property.Value) : 0;
        return Overhead + Encoding.UTF8.GetByteCount(message.Topic) + message.Payload.Length + (message.ContentType?.Length ?? 0) + user;
    }

    private static void WriteProperties(PacketWriter output, in MqttMessage message, int alias)
    {
        output.BeginProperties();
        if (message.ExpirySeconds is { } expiry) output.Byte(PropertyId.MessageExpiryInterval).DoubleWord(expiry);
        if (message.ContentType is { } contentType) output.Byte(PropertyId.ContentType).Text(contentType);
        if (alias > 0) output.Byte(PropertyId.TopicAlias).Word(alias);
        if (message.UserProperty is { } property) output.Byte(PropertyId.UserProperty).Text(property.Name).Text(property.Value);
        output.EndProperties();
    }
}

using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Writes the CONNECT packet, MQTT 5.0 section 3.1: a clean session, with the agent's offline status as last will.</summary>
internal static class ConnectPacket
{
    /// <summary>Answers are a few bytes; nothing larger may be sent to us.</summary>
    public const int PacketLimit = 64 * 1024;

    private const int CleanStart = 0x02;
    private const int WillAtLeastOnceRetained = 0x04 | 0x08 | 0x20;
    private const int HasPassword = 0x40;
    private const int HasUsername = 0x80;
    private const int MaximumPacketSizeProperty = 0x27;

    /// <summary>Where the agent says that it is there: retained, with the offline form as its last will.</summary>
    public static string StatusTopic(AgentIdentity identity) =>
        $"edgeagent/{EventTopic.Level(identity.Site)}/{EventTopic.Level(identity.Agent)}/status";

    public static string ClientId(AgentIdentity identity, MqttOptions mqtt) =>
        mqtt.ClientId is { Length: > 0 } given ? given : $"edgeagent-{identity.Agent}-upstream";

    public static byte[] Write(AgentIdentity identity, MqttOptions mqtt, MqttVersion version)
    {
        var password = mqtt.Username is null ? null : MqttTransport.ReadPassword(mqtt);
        var flags = CleanStart | WillAtLeastOnceRetained | (mqtt.Username is null ? 0 : HasUsername) | (password is null ? 0 : HasPassword);
        var packet = new PacketWriter().Text("MQTT").Byte((int)version).Byte(flags).Word((int)mqtt.KeepAlive.TotalSeconds);
        if (version == MqttVersion.V5) packet.Block(new PacketWriter().Byte(MaximumPacketSizeProperty).Long(PacketLimit));
        packet.Text(ClientId(identity, mqtt));
        if (version == MqttVersion.V5) packet.Block(new PacketWriter());
        packet.Text(StatusTopic(identity)).Bytes(AgentStatus.Will(identity));
        if (mqtt.Username is not null) packet.Text(mqtt.Username);
        if (password is not null) packet.Text(password);
        return packet.ToPacket(MqttPacketType.Connect);
    }
}

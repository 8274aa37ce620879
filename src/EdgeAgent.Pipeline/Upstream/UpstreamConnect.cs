using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The CONNECT packet upstream, MQTT 5.0 section 3.1: a clean session, with the agent's offline status as last will.</summary>
internal static class UpstreamConnect
{
    /// <summary>Answers are a few bytes; nothing larger may be sent to us.</summary>
    public const int PacketLimit = 64 * 1024;

    private const int CleanStart = 0x02;
    private const int WillAtLeastOnceRetained = 0x04 | 0x08 | 0x20;
    private const int HasPassword = 0x40;
    private const int HasUsername = 0x80;
    private const int MaximumPacketSizeProperty = 0x27;

    /// <summary>Where the agent says that it is there: retained, with the offline form as its last will.</summary>
    public static string StatusTopic(AgentOptions agent) => $"edgeagent/{EventTopic.Level(agent.Site)}/{EventTopic.Level(agent.Id)}/status";

    public static string ClientId(AgentOptions agent) =>
        agent.Upstream.Mqtt.ClientId is { Length: > 0 } given ? given : $"edgeagent-{agent.Id}-upstream";

    public static byte[] Packet(AgentOptions agent, MqttOptions mqtt, EdgeAgent.Mqtt.MqttVersion version)
    {
        var password = mqtt.Username is null ? null : MqttTransport.ReadPassword(mqtt);
        var flags = CleanStart | WillAtLeastOnceRetained | (mqtt.Username is null ? 0 : HasUsername) | (password is null ? 0 : HasPassword);
        var packet = new PacketWriter().Text("MQTT").Byte((int)version).Byte(flags).Word((int)mqtt.KeepAlive.TotalSeconds);
        if (version == EdgeAgent.Mqtt.MqttVersion.V5) packet.Block(new PacketWriter().Byte(MaximumPacketSizeProperty).Long(PacketLimit));
        packet.Text(ClientId(agent));
        if (version == EdgeAgent.Mqtt.MqttVersion.V5) packet.Block(new PacketWriter());
        packet.Text(StatusTopic(agent)).Bytes(AgentStatus.Will(agent));
        if (mqtt.Username is not null) packet.Text(mqtt.Username);
        if (password is not null) packet.Text(password);
        return packet.ToPacket(MqttPacketType.Connect);
    }
}

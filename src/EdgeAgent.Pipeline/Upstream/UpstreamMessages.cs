using System.Text;
using EdgeAgent.Pipeline.Outbox;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The MQTT messages that go upstream.</summary>
internal static class UpstreamMessages
{
    /// <summary>An owed event; under MQTT 5 with what is left of its time to live.</summary>
    public static MqttApplicationMessage Event(AgentOptions agent, OutboxEntry entry, TimeProvider time)
    {
        var age = TimeSpan.FromTicks(Math.Max(0, time.GetUtcNow().UtcTicks - entry.CreatedTicks));
        var builder = new MqttApplicationMessageBuilder()
            .WithTopic(entry.Topic)
            .WithPayload(entry.Payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (agent.Upstream.Mqtt.Version == "5")
            builder.WithContentType(CloudEventEncoder.ContentType)
                .WithMessageExpiryInterval((uint)Math.Clamp((agent.Upstream.BufferKeep - age).TotalSeconds, 1, uint.MaxValue))
                .WithUserProperty("traceparent", Encoding.UTF8.GetBytes(TraceParent.Of(entry.Id)));
        return builder.Build();
    }

    /// <summary>Bytes of the PUBLISH packet that carries an event, MQTT 5.0 section 3.3.</summary>
    public static int WireBytes(AgentOptions agent, OutboxEntry entry)
    {
        const int TopicLengthAndPacketId = 4;
        const int Expiry = 5;
        const int TraceParentProperty = 1 + 2 + 11 + 2 + 55;
        var body = TopicLengthAndPacketId + Encoding.UTF8.GetByteCount(entry.Topic) + entry.Payload.Length;
        if (agent.Upstream.Mqtt.Version == "5") body += 1 + 3 + CloudEventEncoder.ContentType.Length + Expiry + TraceParentProperty;
        return 1 + (body < 128 ? 1 : body < 16_384 ? 2 : body < 2_097_152 ? 3 : 4) + body;
    }

    /// <summary>Says whether the agent is there; retained for those who ask later.</summary>
    public static MqttApplicationMessage Status(AgentOptions agent, byte[] payload) => new MqttApplicationMessageBuilder()
        .WithTopic(UpstreamClientOptions.StatusTopic(agent))
        .WithPayload(payload)
        .WithRetainFlag()
        .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
        .Build();
}

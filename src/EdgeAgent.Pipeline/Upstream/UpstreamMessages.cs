using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The messages that go upstream.</summary>
internal static class UpstreamMessages
{
    /// <summary>An owed event, with what is left of its time to live at this moment.</summary>
    public static UpstreamMessage Event(AgentOptions agent, OutboxEntry entry, TimeProvider time)
    {
        var age = TimeSpan.FromTicks(Math.Max(0, time.GetUtcNow().UtcTicks - entry.CreatedTicks));
        return new UpstreamMessage(entry.Topic, entry.Payload)
        {
            ContentType = CloudEventEncoder.ContentType,
            ExpirySeconds = (uint)Math.Clamp((agent.Upstream.BufferKeep - age).TotalSeconds, 1, uint.MaxValue),
            TraceParent = Upstream.TraceParent.Of(entry.Id),
        };
    }

    /// <summary>Says whether the agent is there; retained for those who ask later.</summary>
    public static UpstreamMessage Status(AgentOptions agent, byte[] payload) => new(UpstreamConnect.StatusTopic(agent), payload) { IsRetained = true };
}

using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>The messages that go upstream.</summary>
internal static class UpstreamMessages
{
    /// <summary>An owed event, with what is left of its time to live at this moment.</summary>
    public static UpstreamMessage Event(AgentOptions agent, OutboxEntry entry, SteadyClock clock)
    {
        var age = clock.AgeOf(entry.CreatedTicks);
        return new UpstreamMessage(entry.Topic, Restamp.Payload(entry, clock, clock.IsSynced))
        {
            ContentType = CloudEventEncoder.ContentType,
            ExpirySeconds = (uint)Math.Clamp((agent.Upstream.Buffer.KeepFor(entry.Severity, agent.Upstream.BufferKeep) - age).TotalSeconds, 1, uint.MaxValue),
            TraceParent = Upstream.TraceParent.Of(entry.Id),
        };
    }

    /// <summary>Says whether the agent is there; retained for those who ask later.</summary>
    public static UpstreamMessage Status(AgentOptions agent, byte[] payload) => new(UpstreamConnect.StatusTopic(agent), payload) { IsRetained = true };
}

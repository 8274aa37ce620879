using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>Makes the event that tells upstream which events it will never see: how many, why, and of which time.</summary>
internal sealed class GapReport(AgentOptions options, TimeProvider time)
{
    /// <summary>How the id of such an event begins, and of no other.</summary>
    public const string IdPrefix = "gap-";

    private readonly CloudEventEncoder _encoder = new(options.Site, options.Id);

    /// <summary>It stands for the agent, so the agent's id takes the device's place in its topic. It gives way last of all.</summary>
    /// <param name="gaps">What was dropped.</param>
    /// <param name="createdTicks">Its age counts from here.</param>
    public OutboxEntry Of(IReadOnlyList<Gap> gaps, long createdTicks)
    {
        var now = time.GetUtcNow().UtcTicks;
        var id = $"{IdPrefix}{Convert.ToHexStringLower(Sha256.Hash(_encoder.EncodeGaps("", options.Id, now, gaps)))[..32]}";
        var topic = EventTopic.Of(options, options.Id, "edgeagent");
        return new OutboxEntry(id, topic, _encoder.EncodeGaps(id, options.Id, now, gaps).ToArray(), Severity.Critical, createdTicks, receipt: null);
    }
}

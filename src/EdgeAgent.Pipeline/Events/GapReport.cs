using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Events;

/// <summary>Makes the event that reports which events were given up: how many, why, and of which time.</summary>
internal sealed class GapReport(AgentIdentity identity, EventOptions options, TimeProvider time)
{
    /// <summary>How the id of such an event begins, and of no other.</summary>
    public const string IdPrefix = "gap-";

    private const int IdDigits = 32;

    private readonly CloudEventEncoder _encoder = new(identity);
    // It stands for the agent, so the agent's id takes the device's place in its topic.
    private readonly string _topic = new EventTopic(identity, options).Of(identity.Agent, "edgeagent");

    /// <summary>The report of <paramref name="gaps"/>. It is critical, so it is the last to be given up.</summary>
    public EncodedEvent Of(IReadOnlyList<Gap> gaps)
    {
        var now = time.GetUtcNow().UtcTicks;
        var id = $"{IdPrefix}{Convert.ToHexStringLower(Sha256.Hash(_encoder.EncodeGaps("", now, gaps)))[..IdDigits]}";
        return new EncodedEvent(id, _topic, _encoder.EncodeGaps(id, now, gaps).ToArray(), Severity.Critical);
    }
}

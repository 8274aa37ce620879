using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>Makes the sources of a configuration.</summary>
/// <param name="identity">Who the agent is.</param>
/// <param name="folder">Keeps what sources must remember.</param>
/// <param name="lanes">Where readings go.</param>
/// <param name="deadLetter">Where unusable messages go.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what happens to connections.</param>
internal sealed class SourceBuilder(
    AgentIdentity identity, string folder, IReadOnlyList<IRowReceiver> lanes, DeadLetter deadLetter, TimeProvider time, ILogger logger)
{
    /// <summary>A source that does not run yet.</summary>
    public ISource Build(SourceOptions source, SourceCounters counters)
    {
        var clientId = source.Mqtt.ClientId.Length > 0 ? source.Mqtt.ClientId : $"edgeagent-{identity.Agent}-{source.Name}";
        return new MqttSource(
            source, clientId, new RowIntake(source, lanes, deadLetter, counters), counters, time, logger,
            new SubscriptionMemory(SubscriptionMemory.FileOf(folder, source.Name), $"{clientId} at {source.Mqtt.Url}", logger),
            source.Share is null ? null : ShareGroupOf(source, source.Share));
    }

    private ShareGroup ShareGroupOf(SourceOptions source, ShareOptions share) => new(
        $"edgeagent/{EventTopic.Level(identity.Site)}/share/{EventTopic.Level(share.Group)}/",
        EventTopic.Level(identity.Agent), source.Name, share,
        ShareGroup.FileOf(folder, source.Name), logger, time, source.Mqtt.KeepAlive);
}

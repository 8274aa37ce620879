using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Where the agent says that it is there, all names filled in.</summary>
/// <param name="Birth">When it has connected; null: it does not say so.</param>
/// <param name="Status">While it is there; null: never.</param>
/// <param name="Will">When it is gone without a word, said by the broker; null: not at all.</param>
internal sealed record StatusTopics(string? Birth, string? Status, string? Will)
{
    /// <summary>Where it says at the stop that it goes: whoever was told that it is there must hear of it.</summary>
    public string? Goodbye => Status ?? Birth;

    public static StatusTopics Of(AgentIdentity identity, MqttDeliveryOptions options)
    {
        return new StatusTopics(Filled(options.Birth), Filled(options.Status), Filled(options.Will));

        string? Filled(string? pattern) =>
            pattern?.Replace("{site}", EventTopic.Level(identity.Site)).Replace("{agent}", EventTopic.Level(identity.Agent));
    }

    /// <summary>All but those that go to <paramref name="topic"/>. The last will stays: no connection has ended over it.</summary>
    public StatusTopics Without(string? topic) => topic is null ? this
        : this with { Birth = Birth == topic ? null : Birth, Status = Status == topic ? null : Status };
}

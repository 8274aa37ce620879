using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Says over one connection that the agent is there, and how it does. It is no event: what could not be published is published on the
/// next connection. Belongs to the session's thread.
/// </summary>
internal sealed class StatusPublisher : IDisposable
{
    private readonly MqttSession _session;
    private readonly AgentIdentity _identity;
    private readonly StatusTopics _topics;
    private readonly MqttDeliveryOptions _options;
    private readonly Func<AgentFigures> _figures;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    // What the receivers of the status have; null: nothing of this connection.
    private AgentFigures? _published;
    private long _publishedAt;

    /// <param name="session">The connection.</param>
    /// <param name="identity">Who the agent is.</param>
    /// <param name="topics">Where it says so.</param>
    /// <param name="options">How often, and whether it is retained.</param>
    /// <param name="figures">What the status says of the agent's work.</param>
    /// <param name="time">The clock.</param>
    public StatusPublisher(
        MqttSession session, AgentIdentity identity, StatusTopics topics, MqttDeliveryOptions options, Func<AgentFigures> figures,
        TimeProvider time)
    {
        (_session, _identity, _topics, _options, _figures, _time) = (session, identity, topics, options, figures, time);
        if (topics.Status is not null && options.StatusEvery > TimeSpan.Zero)
            _timer = time.CreateTimer(_ => session.Wake(), null, options.StatusEvery, options.StatusEvery);
    }

    /// <summary>The publish that is under way; 0: none.</summary>
    public ushort UnderWay { get; private set; }

    /// <summary>Where the last one went.</summary>
    public string Topic { get; private set; } = "";

    /// <returns>Its packet id; 0: none was sent.</returns>
    public ushort PublishBirth()
    {
        _publishedAt = _time.GetTimestamp();
        if (_topics.Birth is not { } topic) return 0;
        var figures = _figures();
        if (topic == _topics.Status) _published = figures;
        return Publish(topic, AgentStatus.Online(_identity, _time.GetUtcNow(), figures));
    }

    /// <summary>Publishes the status again where something has changed, now and then.</summary>
    /// <returns>Its packet id; 0: none was sent.</returns>
    public ushort Renew()
    {
        if (_timer is null || UnderWay != 0 || _time.GetElapsedTime(_publishedAt) < _options.StatusEvery) return 0;
        _publishedAt = _time.GetTimestamp();
        var figures = _figures();
        if (figures == _published) return 0;
        _published = figures;
        return Publish(_topics.Status!, AgentStatus.Online(_identity, _time.GetUtcNow(), figures));
    }

    /// <summary>Says that the agent goes.</summary>
    public void PublishGoodbye()
    {
        if (_topics.Goodbye is { } topic) Publish(topic, AgentStatus.Offline(_identity, _time.GetUtcNow(), _figures()));
    }

    /// <summary>Takes the answer to a publish, if it was one of these.</summary>
    public bool TryTake(in PublishAnswer answer)
    {
        if (answer.PacketId != UnderWay || UnderWay == 0) return false;
        UnderWay = 0;
        return true;
    }

    public void Dispose() => _timer?.Dispose();

    private ushort Publish(string topic, byte[] payload)
    {
        Topic = topic;
        return UnderWay = _session.Publish(
            new MqttMessage { Topic = topic, Payload = payload, IsRetained = _options.StatusRetain }, out _);
    }
}

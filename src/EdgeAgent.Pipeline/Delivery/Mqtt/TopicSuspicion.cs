using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Finds the topic over which a broker ends connections. Hubs in the cloud give no reason: they close. Brokers answer in the order in
/// which they read, so the first publish without an answer is the suspect, unless its topic was accepted before. No I/O; one owner.
/// </summary>
/// <param name="options">Says which keys help.</param>
internal sealed class TopicSuspicion(MqttDeliveryOptions options)
{
    private const int Times = 3;
    private const int MemoryLimit = 4096;
    /// <summary>Hubs close within moments; what happens later has other reasons.</summary>
    private static readonly TimeSpan ShortWhile = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _accepted = [];
    private string? _suspect;
    private int _count;
    private bool _isOpened;

    /// <summary>The topic of the agent's own status that has ended too many connections: nothing more goes there. Null: none.</summary>
    public string? GivenUp { get; private set; }

    /// <summary>The broker has accepted a connection, with its last will.</summary>
    public void Opened() => _isOpened = true;

    /// <summary>The broker has accepted a publish.</summary>
    public void Accepted(string topic)
    {
        if (topic == _suspect) (_suspect, _count) = (null, 0);
        if (_accepted.Count < MemoryLimit) _accepted.Add(topic);
    }

    /// <summary>Takes note of the end of a connection. Returns what to tell about it; null: no topic is suspect.</summary>
    /// <param name="end">Why it ended.</param>
    /// <param name="first">The first publish without an answer; null: there was none.</param>
    public string? Ended(MqttException end, Unanswered? first)
    {
        if (!MayBeOverTopic(end) || first is not { } publish || publish.Age > ShortWhile) return null;
        _count = publish.Topic == _suspect ? _count + 1 : 1;
        _suspect = publish.Topic;
        // What it has accepted once it does not refuse without a change there; the network ends connections, too.
        var isKnown = _accepted.Contains(publish.Topic);
        if (isKnown && _count < Times) return null;
        if (publish.IsEvent) return $"It ended right after a message on \"{publish.Topic}\": the broker may not allow that topic; "
            + "set upstream.mqtt.topic to one that it allows";
        if (!isKnown && _count >= Times) GivenUp = publish.Topic;
        return $"It ended right after a message on \"{publish.Topic}\": the broker may not allow {What}; {Remedy}";
    }

    /// <summary>What to tell when the broker ends connections before it has accepted one; null: nothing of this kind.</summary>
    /// <param name="end">Why it ended.</param>
    /// <param name="clientId">Under which the agent came.</param>
    /// <param name="will">Topic of the last will; null: there was none.</param>
    public string? Refused(MqttException end, string clientId, string? will)
    {
        if (_isOpened || !(end.IsClosedAtConnect || end.Code == MqttReason.NotAuthorized)) return null;
        var lastWill = will is null ? "" : $" or a last will on \"{will}\"";
        return $"The broker may not allow the client id \"{clientId}\"{lastWill}: set upstream.mqtt.client_id"
            + (will is null ? "" : ", or upstream.will to a topic that it allows or to false");
    }

    private string What => options.StatusRetain ? "that topic, or not to retain there" : "that topic";

    private string Remedy => "set upstream.status to a topic that it allows, or to false"
        + (options.StatusRetain ? ", or upstream.status_retain = false" : "");

    private static bool MayBeOverTopic(MqttException end) =>
        end.IsClosedWithoutReason || end.Code is 0x80 or 0x82 or 0x83 or 0x9a or MqttReason.NotAuthorized or MqttReason.TopicNameInvalid;
}

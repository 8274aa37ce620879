namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Gives topics numbers on one connection, as many as the broker allows, MQTT 5.0 section 3.3.2.3.4. A topic keeps its number
/// while it is in use. Belongs to the writer of the connection: the order of numbers is the order of packets.
/// </summary>
internal sealed class TopicAliases(int brokerLimit)
{
    private const int AliasLimit = 1024;
    // A number changes hands only when its topic has been out of use, or many topics would take them from each other in turn.
    private const long IdleLimit = 4096;

    private readonly Dictionary<string, Alias> _aliases = [];
    private readonly Queue<Alias> _byAge = new();
    private readonly int _limit = Math.Min(brokerLimit, AliasLimit);
    private long _uses;

    private sealed class Alias(string topic, int number)
    {
        public string Topic { get; set; } = topic;
        public int Number { get; } = number;
        public long Used { get; set; }
    }

    /// <summary>The number to send with a topic; 0: none.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isKnown">Whether the broker knows the number already, so that the topic need not be sent.</param>
    public int Of(string topic, out bool isKnown)
    {
        _uses++;
        isKnown = _aliases.TryGetValue(topic, out var alias);
        alias ??= isKnown ? null : Assign(topic);
        if (alias is null) return 0;
        alias.Used = _uses;
        return alias.Number;
    }

    private Alias? Assign(string topic)
    {
        if (_aliases.Count < _limit)
        {
            var added = new Alias(topic, _aliases.Count + 1);
            _byAge.Enqueue(added);
            return _aliases[topic] = added;
        }
        if (!_byAge.TryPeek(out var oldest)) return null;
        // One candidate a publish: the queue turns until it meets one out of use.
        _byAge.Enqueue(_byAge.Dequeue());
        if (_uses - oldest.Used < IdleLimit) return null;
        _aliases.Remove(oldest.Topic);
        oldest.Topic = topic;
        return _aliases[topic] = oldest;
    }
}

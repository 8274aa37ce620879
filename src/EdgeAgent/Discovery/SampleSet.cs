using EdgeAgent.Listening;

namespace EdgeAgent.Discovery;

/// <summary>A topic and some of what was published there.</summary>
internal sealed class SampledTopic(string name)
{
    public string Name => name;
    public string[] Levels { get; } = name.Split('/');

    /// <summary>The first messages, oldest first.</summary>
    public List<HeardMessage> Samples { get; } = [];

    /// <summary>All messages.</summary>
    public long Count { get; set; }

    public PayloadKind Kind => Samples.Count == 0 ? PayloadKind.Empty : PayloadKinds.Of(Samples[^1].Payload);
}

/// <summary>Messages by topic, bounded in number and size. For any thread until the last has come.</summary>
internal sealed class SampleSet
{
    private const int TopicLimit = 5_000;
    private const int SamplesPerTopic = 100;
    private const long BytesLimit = 64L << 20;

    private readonly Dictionary<string, SampledTopic> _topics = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _bytes;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<SampledTopic> Topics => [.. _topics.Values.OrderBy(t => t.Name, StringComparer.Ordinal)];

    public long Messages { get; private set; }

    /// <summary>Whether topics came that found no room.</summary>
    public bool IsCut { get; private set; }

    public void Add(HeardMessage message)
    {
        lock (_gate)
        {
            Messages++;
            if (!_topics.TryGetValue(message.Topic, out var topic))
            {
                IsCut |= _topics.Count >= TopicLimit;
                if (IsCut) return;
                _topics.Add(message.Topic, topic = new SampledTopic(message.Topic));
            }
            topic.Count++;
            if (message.Payload.Length == 0 || message.IsCut) return;
            if (topic.Samples.Count >= SamplesPerTopic || _bytes > BytesLimit) return;
            _bytes += message.Payload.Length;
            topic.Samples.Add(message);
        }
    }
}

using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests;

public class SubscriptionsTests
{
    private readonly Subscriptions _subscriptions = new();
    private readonly PacketWriter _output = new();
    private ushort _lastId;

    [Fact]
    public void Filters_that_do_not_overlap_are_one_request_without_identifiers()
    {
        Request(MqttVersion.V5, "a/#", "b");
        Assert.Equal([0x82, 13, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 1, 0, 1, (byte)'b', 1], _output.Written.ToArray());
        Assert.False(IsCopy("a/x"));
        Assert.False(IsCopy("a/x", 1));
    }

    [Fact]
    public void Filters_that_overlap_are_a_request_each_with_an_identifier()
    {
        Request(MqttVersion.V5, "a/+", "+/b");
        Assert.Equal(
            [
                0x82, 11, 0, 1, 2, 0x0b, 1, 0, 3, (byte)'a', (byte)'/', (byte)'+', 1,
                0x82, 11, 0, 2, 2, 0x0b, 2, 0, 3, (byte)'+', (byte)'/', (byte)'b', 1,
            ],
            _output.Written.ToArray());
    }

    [Theory]
    [InlineData(MqttVersion.V311, true)]
    [InlineData(MqttVersion.V5, false)]
    public void Where_there_are_no_identifiers_it_is_one_request(MqttVersion version, bool hasIdentifiers)
    {
        Request(version, hasIdentifiers, "a/+", "+/b");
        Assert.Equal(1, _lastId);
        Assert.False(IsCopy("a/b"));
    }

    [Fact]
    public void Of_several_copies_that_of_the_first_filter_counts()
    {
        Request(MqttVersion.V5, "a/+", "+/b", "#");
        Assert.False(IsCopy("a/b", 1));
        Assert.True(IsCopy("a/b", 2));
        Assert.True(IsCopy("a/b", 3));
        Assert.False(IsCopy("c/b", 2));
        Assert.True(IsCopy("c/b", 3));
        Assert.False(IsCopy("c", 3));
        // One message for all filters is no copy, in whatever order it names them.
        Assert.False(IsCopy("a/b", 3, 2, 1));
        // A broker that names none sends each message once.
        Assert.False(IsCopy("a/b"));
        // A filter that the session had from before.
        Assert.False(IsCopy("$SYS/x", 2));
    }

    [Fact]
    public void Of_all_copies_that_a_broker_may_send_exactly_one_is_taken()
    {
        string[] filters = ["a/+", "+/b", "a/#", "+/+/c"];
        Request(MqttVersion.V5, filters);
        foreach (var topic in new[] { "a", "a/b", "a/x", "x/b", "a/b/c", "x/y/c" })
        {
            int[] matching = [.. Enumerable.Range(1, filters.Length).Where(i => TopicFilter.Matches(
                System.Text.Encoding.UTF8.GetBytes(filters[i - 1]), System.Text.Encoding.UTF8.GetBytes(topic)))];
            Assert.Single(matching, i => !IsCopy(topic, i));
        }
    }

    [Fact]
    public void All_are_answered_when_each_request_is()
    {
        Request(MqttVersion.V5, "a/+", "+/b");
        Assert.False(_subscriptions.AreAllAnswered);
        _subscriptions.TakeAnswer([0, 2, 0, 1], MqttVersion.V5);
        Assert.False(_subscriptions.AreAllAnswered);
        _subscriptions.TakeAnswer([0, 1, 0, 1], MqttVersion.V5);
        Assert.True(_subscriptions.AreAllAnswered);
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_breaks_the_protocol()
    {
        Request(MqttVersion.V5, "a/+", "+/b");
        Assert.Throws<MqttException>(() => _subscriptions.TakeAnswer([0, 9, 0, 1], MqttVersion.V5));
        Assert.Throws<MqttException>(() => _subscriptions.TakeAnswer([0], MqttVersion.V5));
        _subscriptions.TakeAnswer([0, 2, 0, 1], MqttVersion.V5);
        Assert.Throws<MqttException>(() => _subscriptions.TakeAnswer([0, 2, 0, 1], MqttVersion.V5));
    }

    [Fact]
    public void What_comes_by_the_other_filters_is_no_copy_of_what_a_refused_one_would_bring()
    {
        Request(MqttVersion.V5, "a/+", "+/b");
        _subscriptions.TakeAnswer([0, 1, 0, 0x87], MqttVersion.V5);
        _subscriptions.TakeAnswer([0, 2, 0, 1], MqttVersion.V5);
        Assert.False(IsCopy("a/b", 2));
        _output.Clear();

        // Asked for again, it has the identifier that it had; granted, it comes first again.
        Request(MqttVersion.V5, "a/+");
        Assert.Equal([0x82, 11, 0, 3, 2, 0x0b, 1, 0, 3, (byte)'a', (byte)'/', (byte)'+', 1], _output.Written.ToArray());
        _subscriptions.TakeAnswer([0, 3, 0, 1], MqttVersion.V5);
        Assert.True(IsCopy("a/b", 2));
        Assert.False(IsCopy("a/b", 1));
    }

    private void Request(MqttVersion version, params string[] topics) => Request(version, true, topics);

    private void Request(MqttVersion version, bool hasIdentifiers, params string[] topics) =>
        _subscriptions.Request(_output, version, Array.ConvertAll(topics, t => new MqttFilter(t, 1)), hasIdentifiers, () => ++_lastId);

    private bool IsCopy(string topic, params int[] identifiers)
    {
        var packet = BrokerConnection.Publish(
            topic, [], properties: [.. identifiers.SelectMany(i => new byte[] { PropertyId.SubscriptionIdentifier, (byte)i })]);
        return _subscriptions.IsCopy(PublishPacket.Read(2, packet.AsSpan(2), MqttVersion.V5));
    }
}

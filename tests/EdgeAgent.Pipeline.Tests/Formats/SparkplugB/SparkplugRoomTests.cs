using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.SparkplugB;
using static EdgeAgent.Pipeline.Tests.Formats.SparkplugB.SparkplugWriter;

namespace EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

/// <summary>Nodes that are refused leave nothing behind, and those that came and went make room.</summary>
public sealed class SparkplugRoomTests : IDisposable
{
    private readonly DecodedRows _rows;
    private readonly SparkplugDecoder _decoder;

    public SparkplugRoomTests()
    {
        var options = new PayloadOptions { Decode = "sparkplug-b", ChannelsBelow = "" };
        _rows = new DecodedRows(new ChannelTable(options));
        _decoder = new SparkplugDecoder(options, _rows.Channels);
    }

    [Fact]
    public void Junk_on_more_topics_than_nodes_may_be_leaves_room_for_a_node_that_is_born()
    {
        for (var i = 0; i < 21_000; i++)
            Assert.Equal(DecodeFailure.BadSparkplug, Decode($"spBv1.0/junk/NDATA/n{i}", [0xff, 0xff, 0xff], 0));
        Assert.Equal(DecodeFailure.None, Born("honest", 0));
    }

    [Fact]
    public void Nodes_that_were_born_and_went_make_room()
    {
        for (var i = 0; i < 20_000; i++) Assert.Equal(DecodeFailure.None, Born($"n{i}", 0));
        Assert.Equal(DecodeFailure.TooManyDevices, Born("honest", 1));
        Assert.Equal(DecodeFailure.None, Born("honest", 30));
        Assert.Equal(DecodeFailure.None, Decode("spBv1.0/g/NDATA/honest", Payload(1, 1, Metric(null, 1).Float(2)), 31));
    }

    [Fact]
    public void Names_of_births_that_are_refused_fill_nothing()
    {
        for (var i = 0; i < 300; i++)
        {
            var metrics = Enumerable.Range(0, 300).Select(n => Metric($"m{i}-{n}", (ulong)n, 9).Float(1)).ToArray();
            Assert.Equal(DecodeFailure.TooManyChannels, Decode("spBv1.0/g/NBIRTH/junk", Payload(1, 0, metrics), 0));
        }
        Assert.Equal(DecodeFailure.None, Born("honest", 0));
    }

    [Fact]
    public void Names_that_are_too_long_are_refused_for_that()
    {
        var name = new string('x', 300);
        Assert.Equal(DecodeFailure.NameTooLong, Born(name, 0));
        Assert.Equal(DecodeFailure.NameTooLong, Decode("spBv1.0/g/NBIRTH/n", Payload(1, 0, Metric(name, 1, 9).Float(1)), 0));
    }

    public void Dispose() => _decoder.Dispose();

    private DecodeFailure Born(string node, int second) =>
        Decode($"spBv1.0/g/NBIRTH/{node}", Payload(1, 0, Metric("a", 1, 9).Float(1)), second);

    private DecodeFailure Decode(string topic, byte[] payload, int second)
    {
        _rows.Clear();
        var slots = _rows.Channels.Slots;
        var arrival = Some.Start.UtcTicks + second * TimeSpan.TicksPerSecond;
        var failure = _decoder.Decode(new IncomingMessage { Topic = Some.Utf8(topic), Payload = payload, ArrivalTicks = arrival }, _rows);
        if (failure != DecodeFailure.None) _rows.Channels.ForgetAfter(slots);
        return failure;
    }
}

using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.SparkplugB;
using static EdgeAgent.Pipeline.Tests.Formats.SparkplugB.SparkplugWriter;

namespace EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

public class RebirthTests
{
    private const string NodeBirth = "spBv1.0/plant/NBIRTH/edge1", NodeData = "spBv1.0/plant/NDATA/edge1";

    private readonly DecodedRows _rows;
    private readonly SparkplugDecoder _decoder;

    public RebirthTests() => (_rows, _decoder) = Make(requests: true);

    [Fact]
    public void A_node_whose_data_is_unknown_is_asked_for_its_birth_and_ever_more_rarely()
    {
        var times = new List<int>();
        for (var second = 0; second < 1000; second += 10)
        {
            Decode(NodeData, Payload(1, 1, Metric(null, 1).Float(1)), second);
            if (!_decoder.TryTakeRequest(out var request)) continue;
            times.Add(second);
            Assert.Equal("spBv1.0/plant/NCMD/edge1", request.Topic);
            Assert.False(_decoder.TryTakeRequest(out _));
        }

        Assert.Equal([0, 60, 180, 420, 900], times);
    }

    [Fact]
    public void The_request_sets_the_metric_that_the_specification_names()
    {
        Decode(NodeData, Payload(1, 1, Metric(null, 1).Float(1)), 1_700_000_000);
        Assert.True(_decoder.TryTakeRequest(out var request));

        Assert.Equal(
            Payload(1_700_000_000_000, -1, Metric("Node Control/Rebirth", timestamp: 1_700_000_000_000, type: 11).Boolean(true)),
            request.Payload);
    }

    [Fact]
    public void A_birth_that_comes_first_makes_the_request_needless_and_the_next_may_follow_a_minute_later()
    {
        Decode(NodeData, Payload(1, 1, Metric(null, 1).Float(1)), 0);
        Decode(NodeBirth, Payload(1, 0, Metric("a", 1, 9).Float(1)), 1);
        Assert.False(_decoder.TryTakeRequest(out _));

        Decode(NodeData, Payload(1, 1, Metric(null, 2).Float(1), Metric(null, 1).Float(1)), 2);
        Assert.True(_rows.HasRows);
        Assert.False(_decoder.TryTakeRequest(out _));
        Decode(NodeData, Payload(1, 2, Metric(null, 2).Float(1)), 61);
        Assert.True(_decoder.TryTakeRequest(out _));
    }

    [Fact]
    public void Nobody_is_asked_unless_the_source_says_so()
    {
        var (rows, decoder) = Make(requests: false);

        decoder.Decode(
            new IncomingMessage { Topic = Some.Utf8(NodeData), Payload = Payload(1, 1, Metric(null, 1).Float(1)), ArrivalTicks = 0 }, rows);

        Assert.False(decoder.TryTakeRequest(out _));
    }

    [Fact]
    public void Gaps_between_sequence_numbers_are_counted_and_deaths()
    {
        foreach (var (topic, sequence) in new[]
        {
            ("NBIRTH/edge1", 0), ("DBIRTH/edge1/p7", 1), ("NDATA/edge1", 2), ("NDATA/edge1", 2), ("DDATA/edge1/p7", 3),
            ("DDATA/edge1/p7", 5), ("DDEATH/edge1/p7", 6), ("NBIRTH/edge1", 255), ("NDATA/edge1", 0), ("NDATA/edge2", 77),
            ("NDATA/edge2", 78), ("NDATA/edge1", 7),
        })
            Decode($"spBv1.0/plant/{topic}", Payload(1, sequence, Metric("a", type: 9).Float(1)), 0);
        Decode("spBv1.0/plant/NDEATH/edge1", Payload(1, -1), 0);

        Assert.Equal(2, _rows.Notes.Sparkplug.SequenceGaps);
        Assert.Equal(2, _rows.Notes.Sparkplug.Deaths);
    }

    private static (DecodedRows, SparkplugDecoder) Make(bool requests)
    {
        var options = new PayloadOptions { Decode = "sparkplug-b", ChannelsBelow = "", RequestsBirths = requests };
        var rows = new DecodedRows(new ChannelTable(options));
        return (rows, new SparkplugDecoder(options, rows.Channels));
    }

    private void Decode(string topic, byte[] payload, int second)
    {
        _rows.Clear();
        var arrival = DateTime.UnixEpoch.AddSeconds(second).Ticks;
        _decoder.Decode(new IncomingMessage { Topic = Some.Utf8(topic), Payload = payload, ArrivalTicks = arrival }, _rows);
    }
}

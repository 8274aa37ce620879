using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests;

public class PublishWriterTests
{
    private readonly PacketWriter _output = new();

    [Fact]
    public void PUBLISH_has_the_bytes_of_the_standard()
    {
        var message = new MqttMessage
        {
            Topic = "a/b", Payload = "xy"u8, IsRetained = true, ExpirySeconds = 9, ContentType = "j", UserProperty = ("k", "v"),
        };
        byte[] v5 =
        [
            0x33, 29, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0, 1,
            19, 0x02, 0, 0, 0, 9, 0x03, 0, 1, (byte)'j', 0x23, 0, 1, 0x26, 0, 1,
            (byte)'k', 0, 1, (byte)'v', // expiry, content type, alias, user property
            (byte)'x', (byte)'y',
        ];
        byte[] v311 = [0x33, 9, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0, 1, (byte)'x', (byte)'y'];

        Assert.Equal(
            1, new PublishWriter(MqttVersion.V5, new ServerProperties { TopicAliasMaximum = 1 }).Write(_output, message, out var bytes));
        Assert.Equal(v5, _output.Written.ToArray());
        Assert.Equal(v5.Length, bytes);
        _output.Clear();
        Assert.Equal(
            1, new PublishWriter(MqttVersion.V311, new ServerProperties { TopicAliasMaximum = 1 }).Write(_output, message, out bytes));
        Assert.Equal(v311, _output.Written.ToArray());
        Assert.Equal(v311.Length, bytes);
    }

    [Fact]
    public void A_topic_is_sent_once_and_then_its_number()
    {
        var writer = new PublishWriter(MqttVersion.V5, new ServerProperties { TopicAliasMaximum = 1 });
        Write(writer, "t");
        _output.Clear();
        Write(writer, "t");
        Assert.Equal([0x32, 8, 0, 0, 0, 2, 3, 0x23, 0, 1], _output.Written.ToArray());
        _output.Clear();
        // No number is left for another topic.
        Write(writer, "u");
        Assert.Equal([0x32, 6, 0, 1, (byte)'u', 0, 3, 0], _output.Written.ToArray());
    }

    [Fact]
    public void Nothing_is_retained_where_the_broker_cannot()
    {
        var message = new MqttMessage { Topic = "t", Payload = [], IsRetained = true };
        new PublishWriter(MqttVersion.V5, new ServerProperties { HasRetain = false }).Write(_output, message, out _);
        Assert.Equal(0x32, _output.Written[0]);
    }

    [Fact]
    public void What_is_larger_than_the_broker_accepts_is_not_written_and_takes_no_room()
    {
        var writer = new PublishWriter(
            MqttVersion.V5, new ServerProperties { MaximumPacketSize = 100, ReceiveMaximum = 5, TopicAliasMaximum = 9 });

        Assert.Equal(0, writer.Write(_output, new MqttMessage { Topic = "t", Payload = new byte[100] }, out var bytes));

        Assert.Equal((0, 0, 5), (_output.Count, bytes, writer.Quota));
        Assert.NotEqual(0, writer.Write(_output, new MqttMessage { Topic = "t", Payload = new byte[60] }, out bytes));
        Assert.InRange(bytes, 61, 100);
        Assert.Contains((byte)'t', _output.Written[..6].ToArray());
    }

    [Fact]
    public void The_quota_is_what_the_broker_takes_before_it_answers()
    {
        var writer = new PublishWriter(MqttVersion.V5, new ServerProperties { ReceiveMaximum = 2 });
        Assert.Equal(2, writer.Quota);
        var first = Write(writer, "t");
        Write(writer, "t");
        Assert.Equal(0, writer.Quota);
        writer.Answered(first);
        Assert.Equal(1, writer.Quota);
        writer.Answered(first);
        Assert.Equal(1, writer.Quota);
    }

    [Fact]
    public void Packet_ids_come_round_and_leave_out_those_under_way_and_zero()
    {
        var writer = new PublishWriter(MqttVersion.V5, new ServerProperties());
        Assert.Equal(1, writer.NextPacketId());
        Assert.Equal(2, Write(writer, "t"));
        Assert.Equal(3, writer.NextPacketId());
        for (var id = 4; id <= 65_535; id++)
            Assert.Equal(id, writer.NextPacketId());
        Assert.Equal(1, writer.NextPacketId());
        Assert.Equal(3, writer.NextPacketId());
    }

    private ushort Write(PublishWriter writer, string topic) =>
        writer.Write(_output, new MqttMessage { Topic = topic, Payload = [] }, out _);
}

using EdgeAgent.Mqtt.Packets;
using Xunit.Abstractions;

namespace EdgeAgent.Mqtt.Tests.Packets;

public class PropertyReaderTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_kind_of_property_is_passed_over_to_the_next()
    {
        byte[] block =
        [
            0x01, 1, 0x02, 0, 0, 0, 9, 0x03, 0, 1, (byte)'c', 0x08, 0, 1, (byte)'r', 0x09, 0, 2, 1, 2, 0x0b, 0x80, 0x01, 0x11, 0, 0, 0, 1,
            0x12, 0, 0, 0x13, 0, 5, 0x15, 0, 0, 0x16, 0, 0, 0x17, 1, 0x18, 0,
            0, 0, 1, 0x19, 1, 0x1a, 0, 0, 0x1c, 0, 0, 0x1f, 0, 0, 0x21, 0, 1,
            0x22, 0, 1, 0x23, 0, 1, 0x24, 1, 0x25, 1, 0x26, 0, 1, (byte)'k', 0, 1, (byte)'v', 0x27, 0, 0, 0, 1, 0x28, 1, 0x29, 1, 0x2a, 1,
        ];
        var reader = new PropertyReader(block);
        var ids = new List<int>();
        while (reader.Read())
        {
            ids.Add(reader.Id);
            if (reader.Id == PropertyId.SubscriptionIdentifier) Assert.Equal(128, reader.Variable);
            if (reader.Id == PropertyId.ServerKeepAlive) Assert.Equal(5, reader.Word);
            if (reader.Id == PropertyId.MessageExpiryInterval) Assert.Equal(9u, reader.DoubleWord);
        }
        Assert.Equal(
            [1, 2, 3, 8, 9, 0x0b, 0x11, 0x12, 0x13, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
                0x1c, 0x1f, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a],
            ids);
    }

    [Fact]
    public void A_property_that_is_cut_off_or_unknown_ends_the_reading_and_what_came_before_counts()
    {
        byte[] whole = [0x13, 0, 5, 0x26, 0, 1, (byte)'k', 0, 1, (byte)'v'];
        for (var length = 3; length < whole.Length; length++)
            Assert.Equal(1, Count(whole.AsSpan(0, length)));
        Assert.Equal(2, Count(whole));
        Assert.Equal(1, Count([0x13, 0, 5, 0x7e, 0x13, 0, 5]));
    }

    [Fact]
    public void Random_bytes_break_the_protocol_at_worst()
    {
        var random = new Random(Seed.Take(output));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            Try(() => ServerProperties.Read(bytes));
            Try(() => ConnectPackets.ReadConnAck(PacketType.ConnAck, bytes, MqttVersion.V5));
            Try(() => ConnectPackets.ReadPubAck(bytes));
            Try(() => ConnectPackets.ReadDisconnect(bytes));
            Try(() => ConnectPackets.ReadSubAck(bytes, MqttVersion.V5, 1));
            Try(() => PublishPacket.Read(2, bytes, MqttVersion.V5, isCut: bytes.Length % 2 == 0));
        }
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (MqttException)
        {
            // The connection ends with it.
        }
    }

    private static int Count(ReadOnlySpan<byte> block)
    {
        var reader = new PropertyReader(block);
        var count = 0;
        while (reader.Read()) count++;
        return count;
    }
}

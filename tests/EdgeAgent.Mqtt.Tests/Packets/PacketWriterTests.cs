using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests.Packets;

public class PacketWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_152)]
    public void A_packet_begins_with_its_length_in_as_few_bytes_as_it_takes(int bodyBytes)
    {
        var writer = new PacketWriter();
        var bytes = writer.Begin(PacketType.Publish).Raw(new byte[bodyBytes]).End();

        Assert.True(FixedHeader.TryRead(writer.Written, out var header));
        Assert.Equal((bodyBytes, bytes), (header.BodyBytes, writer.Count));
        var lengthBytes = bodyBytes switch { < 128 => 1, < 16_384 => 2, < 2_097_152 => 3, _ => 4 };
        Assert.Equal(1 + lengthBytes + bodyBytes, bytes);
    }

    [Fact]
    public void Packets_stand_one_behind_the_other_until_they_are_cleared()
    {
        var writer = new PacketWriter();
        writer.Begin(PacketType.PingReq).End();
        Assert.Equal(6, writer.Begin(PacketType.PubAck).Byte(0xff).Word(0x1234).Byte(7).End());
        Assert.Equal([0xc0, 0, 0x40, 4, 0xff, 0x12, 0x34, 7], writer.Written.ToArray());

        writer.Clear();

        Assert.Equal(0, writer.Count);
        writer.Begin(PacketType.Disconnect).End();
        Assert.Equal([0xe0, 0], writer.Written.ToArray());
    }

    [Fact]
    public void Only_the_last_packet_is_taken_back()
    {
        var writer = new PacketWriter();
        writer.Begin(PacketType.PingReq).End();
        writer.Begin(PacketType.Publish).Text("t").End();

        writer.Undo();

        Assert.Equal([0xc0, 0], writer.Written.ToArray());
        writer.Begin(PacketType.Publish).Text("t");
        writer.Undo();
        Assert.Equal([0xc0, 0], writer.Written.ToArray());
    }

    [Fact]
    public void Properties_have_their_own_length_however_long_they_are()
    {
        var text = new string('x', 200);
        var writer = new PacketWriter();
        writer.Begin(PacketType.Publish).Word(1).BeginProperties().Byte(PropertyId.ReasonString).Text(text).EndProperties().Byte(9).End();

        Assert.True(FixedHeader.TryRead(writer.Written, out var header));
        var body = writer.Written[header.HeaderBytes..];
        Assert.Equal(2 + 2 + 203 + 1, body.Length);
        var reader = PropertyReader.OfBlock(body[2..]);
        Assert.True(reader.Read());
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(reader.Value));
        Assert.False(reader.Read());
        Assert.Equal(9, body[^1]);
    }

    [Fact]
    public void Text_is_UTF_8()
    {
        var writer = new PacketWriter();
        writer.Begin(PacketType.Publish).Text("é€").End();
        Assert.Equal([0x30, 7, 0, 5, 0xc3, 0xa9, 0xe2, 0x82, 0xac], writer.Written.ToArray());
    }
}

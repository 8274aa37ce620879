using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests.Packets;

public class PublishPacketTests
{
    [Theory]
    [InlineData(new byte[] { 0x30, 0x00 }, 0)]
    [InlineData(new byte[] { 0x30, 0x7f }, 127)]
    [InlineData(new byte[] { 0x30, 0x80, 0x01 }, 128)]
    [InlineData(new byte[] { 0x30, 0xff, 0x7f }, 16_383)]
    [InlineData(new byte[] { 0x30, 0xff, 0xff, 0xff, 0x7f }, 268_435_455)]
    public void A_header_is_read_when_it_is_all_there(byte[] bytes, int body)
    {
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(FixedHeader.TryRead(bytes.AsSpan(0, length), out _));
        Assert.True(FixedHeader.TryRead(bytes, out var header));
        Assert.Equal((PacketType.Publish, body, bytes.Length), (header.Type, header.BodyBytes, header.HeaderBytes));
    }

    [Fact]
    public void A_length_of_five_bytes_breaks_the_protocol() =>
        Assert.Throws<MqttException>(() => FixedHeader.TryRead([0x30, 0xff, 0xff, 0xff, 0xff, 0x01], out _));

    [Fact]
    public void A_PUBLISH_of_each_version_is_read()
    {
        byte[] body = [0, 3, (byte)'a', (byte)'/', (byte)'b', 0x12, 0x34, (byte)'x'];
        var packet = PublishPacket.Read(0b1010, body, MqttVersion.V311);
        Assert.Equal("a/b"u8.ToArray(), packet.Topic.ToArray());
        Assert.Equal("x"u8.ToArray(), packet.Payload.ToArray());
        Assert.Equal((1, true, false, 0x1234), (packet.Qos, packet.MayRepeat, packet.IsRetained, packet.PacketId));

        byte[] withProperties = [0, 1, (byte)'t', 2, 0x01, 0x01, (byte)'y'];
        packet = PublishPacket.Read(1, withProperties, MqttVersion.V5);
        Assert.Equal("y"u8.ToArray(), packet.Payload.ToArray());
        Assert.Equal([0x01, 0x01], packet.Properties.ToArray());
        Assert.Equal((0, false, true, 0), (packet.Qos, packet.MayRepeat, packet.IsRetained, packet.PacketId));
    }

    [Fact]
    public void A_PUBLISH_cut_before_its_payload_breaks_the_protocol()
    {
        byte[] body = [0, 3, (byte)'a', (byte)'/', (byte)'b', 0x12, 0x34, 2, 0x01, 0x01];
        for (var length = 0; length < body.Length; length++)
        {
            var cut = body[..length];
            Assert.Throws<MqttException>(() => { PublishPacket.Read(2, cut, MqttVersion.V5); });
        }
        Assert.Equal(0, PublishPacket.Read(2, body, MqttVersion.V5).Payload.Length);
    }

    [Fact]
    public void Properties_longer_than_the_buffer_cost_the_message_only()
    {
        byte[] body = [0, 1, (byte)'t', 0x12, 0x34, 0xff, 0xff, 0x7f, 0x26];
        var packet = PublishPacket.Read(2, body, MqttVersion.V5, isCut: true);
        Assert.Equal((0x1234, 0, true), (packet.PacketId, packet.Payload.Length, packet.IsCut));
    }

    [Theory]
    [InlineData(0b0100)]
    [InlineData(0b0110)]
    public void A_quality_of_service_that_was_never_asked_for_breaks_the_protocol(byte flags) =>
        Assert.Throws<MqttException>(() => { PublishPacket.Read(flags, [0, 1, (byte)'t', 0, 1, 0], MqttVersion.V5); });

    [Fact]
    public void Packet_id_0_breaks_the_protocol() =>
        Assert.Throws<MqttException>(() => { PublishPacket.Read(2, [0, 1, (byte)'t', 0, 0, 0], MqttVersion.V5); });

    [Fact]
    public void A_message_that_may_repeat_is_otherwise_the_same()
    {
        byte[] body = [0, 1, (byte)'t', 0x12, 0x34, 2, 0x01, 0x01, (byte)'y'];
        var packet = PublishPacket.Read(0b0011, body, MqttVersion.V5, isCut: true).AsRepeat();

        Assert.Equal(("t", "y"), (System.Text.Encoding.UTF8.GetString(packet.Topic), System.Text.Encoding.UTF8.GetString(packet.Payload)));
        Assert.Equal([0x01, 0x01], packet.Properties.ToArray());
        Assert.Equal((1, true, true, 0x1234, true), (packet.Qos, packet.MayRepeat, packet.IsRetained, packet.PacketId, packet.IsCut));
    }
}

using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Ingest.Mqtt;

public class PacketTests
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
        Assert.Equal((MqttPacketType.Publish, body, bytes.Length), (header.Type, header.BodyBytes, header.HeaderBytes));
    }

    [Fact]
    public void A_length_of_five_bytes_breaks_the_protocol() =>
        Assert.Throws<MqttProtocolException>(() => FixedHeader.TryRead([0x30, 0xff, 0xff, 0xff, 0xff, 0x01], out _));

    [Fact]
    public void A_PUBLISH_of_each_version_is_read()
    {
        byte[] body = [0, 3, (byte)'a', (byte)'/', (byte)'b', 0x12, 0x34, (byte)'x'];
        var packet = PublishPacket.Read(0b1010, body, MqttVersion.V311);
        Assert.Equal("a/b"u8.ToArray(), packet.Topic.ToArray());
        Assert.Equal("x"u8.ToArray(), packet.Payload.ToArray());
        Assert.Equal((1, true, 0x1234), (packet.Qos, packet.Redelivered, packet.PacketId));

        byte[] withProperties = [0, 1, (byte)'t', 2, 0x01, 0x01, (byte)'y'];
        packet = PublishPacket.Read(0, withProperties, MqttVersion.V5);
        Assert.Equal("y"u8.ToArray(), packet.Payload.ToArray());
        Assert.Equal((0, false, 0), (packet.Qos, packet.Redelivered, packet.PacketId));
    }

    [Fact]
    public void A_PUBLISH_cut_before_its_payload_breaks_the_protocol()
    {
        byte[] body = [0, 3, (byte)'a', (byte)'/', (byte)'b', 0x12, 0x34, 2, 0x01, 0x01];
        for (var length = 0; length < body.Length; length++)
        {
            var cut = body[..length];
            Assert.Throws<MqttProtocolException>(() => { PublishPacket.Read(2, cut, MqttVersion.V5); });
        }
        Assert.Equal(0, PublishPacket.Read(2, body, MqttVersion.V5).Payload.Length);
    }

    [Fact]
    public void Properties_longer_than_the_buffer_cost_the_message_only()
    {
        byte[] body = [0, 1, (byte)'t', 0x12, 0x34, 0xff, 0xff, 0x7f, 0x26];
        var packet = PublishPacket.Read(2, body, MqttVersion.V5, isCut: true);
        Assert.Equal((0x1234, 0), (packet.PacketId, packet.Payload.Length));
    }

    [Theory]
    [InlineData(0b0100)]
    [InlineData(0b0110)]
    public void A_quality_of_service_that_was_never_asked_for_breaks_the_protocol(byte flags) =>
        Assert.Throws<MqttProtocolException>(() => { PublishPacket.Read(flags, [0, 1, (byte)'t', 0, 1, 0], MqttVersion.V5); });

    [Fact]
    public void Packet_id_0_breaks_the_protocol() =>
        Assert.Throws<MqttProtocolException>(() => { PublishPacket.Read(2, [0, 1, (byte)'t', 0, 0, 0], MqttVersion.V5); });

    [Fact]
    public void CONNECT_has_the_bytes_of_the_standard()
    {
        var source = Some.Source(s => (s.ReceiveLimit, s.Mqtt) = (256, new MqttOptions { Username = "u", KeepAlive = TimeSpan.FromSeconds(30) }));
        byte[] v5 =
        [
            0x10, 29, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 0b1100_0000, 0, 30,
            8, 0x21, 1, 0, 0x11, 0, 9, 0x3a, 0x80, // receive maximum 256, session expiry 604800 s
            0, 2, (byte)'i', (byte)'d', 0, 1, (byte)'u', 0, 1, (byte)'p',
        ];
        byte[] v311 =
        [
            0x10, 14, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0b0000_0010, 0, 10, 0, 2, (byte)'i', (byte)'d',
        ];

        Assert.Equal(v5, SessionPackets.Connect(MqttVersion.V5, "id", source, "p"));
        Assert.Equal(v311, SessionPackets.Connect(MqttVersion.V311, "id", Some.Source(s => (s.PersistentSession, s.Mqtt.KeepAlive) = (false, TimeSpan.FromSeconds(10))), null));
    }

    [Fact]
    public void SUBSCRIBE_has_the_bytes_of_the_standard()
    {
        var source = Some.Source(s => s.Topics = ["a/#", "b"]);
        Assert.Equal(
            [0x82, 13, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0x21, 0, 1, (byte)'b', 0x21],
            SessionPackets.Subscribe(MqttVersion.V5, source));
        Assert.Equal(
            [0x82, 13, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0x11, 0, 1, (byte)'b', 0x11],
            SessionPackets.Subscribe(MqttVersion.V5, Some.Source(s => (s.Topics, s.Retained) = (["a/#", "b"], true))));
        Assert.Equal(
            [0x82, 12, 0, 1, 0, 3, (byte)'a', (byte)'/', (byte)'#', 1, 0, 1, (byte)'b', 1],
            SessionPackets.Subscribe(MqttVersion.V311, source));
    }

    [Fact]
    public void UNSUBSCRIBE_has_the_bytes_of_the_standard()
    {
        Assert.Equal(
            [0xa2, 12, 0, 2, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0, 2, (byte)'b', (byte)'c'],
            SessionPackets.Unsubscribe(MqttVersion.V5, ["a/#", "bc"]));
        Assert.Equal([0xa2, 5, 0, 2, 0, 1, (byte)'b'], SessionPackets.Unsubscribe(MqttVersion.V311, ["b"]));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 }, false, null)]
    [InlineData(new byte[] { 1, 0, 0 }, true, null)]
    [InlineData(new byte[] { 0, 0, 3, 0x13, 0, 5 }, false, 5)]
    [InlineData(new byte[] { 1, 0, 12, 0x22, 0, 10, 0x1f, 0, 1, (byte)'r', 0x24, 1, 0x13, 1, 0 }, true, 256)]
    [InlineData(new byte[] { 0, 0, 10, 0x26, 0, 1, (byte)'k', 0, 1, (byte)'v', 0x13, 0, 7 }, false, 7)]
    [InlineData(new byte[] { 0, 0, 4, 0x7e, 0x13, 0, 5 }, false, null)]
    [InlineData(new byte[] { 0, 0, 200, 0x13, 0 }, false, null)]
    [InlineData(new byte[] { 0, 0, 3, 0x12, 0xff, 0xff }, false, null)]
    public void What_a_broker_says_of_the_connection_is_read(byte[] body, bool hasSession, int? keepAliveSeconds)
    {
        var expected = new ConnAck(hasSession, keepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal(expected, ConnAck.Read(body, MqttVersion.V5));
        Assert.Equal(new ConnAck(hasSession, null), ConnAck.Read(body.AsSpan(0, 2), MqttVersion.V311));
    }

    [Theory]
    [InlineData(5, 0x86, "wrong user name or password")]
    [InlineData(5, 0x87, "not authorised: check username")]
    [InlineData(5, 0x84, "version = \"3.1.1\"")]
    [InlineData(5, 0x01, "version = \"3.1.1\"")]
    [InlineData(5, 0x8e, "every agent needs its own id")]
    [InlineData(4, 4, "wrong user name or password")]
    [InlineData(4, 5, "not authorised")]
    [InlineData(4, 99, "reason 0x63")]
    public void A_refused_connection_says_why(byte version, byte code, string expected)
    {
        var header = new FixedHeader(MqttPacketType.ConnAck, 0, 2, 2);
        var e = Assert.Throws<MqttProtocolException>(() => SessionPackets.CheckConnAck(header, [0, code], (MqttVersion)version));
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Another_server_behind_the_port_is_told()
    {
        var header = new FixedHeader((MqttPacketType)4, 8, 2, 84);
        Assert.Contains("is this an MQTT broker?", Assert.Throws<MqttProtocolException>(() => SessionPackets.CheckConnAck(header, new byte[84], MqttVersion.V5)).Message);
    }

    [Fact]
    public void A_refused_topic_is_named()
    {
        var source = Some.Source(s => s.Topics = ["a", "b"]);
        SessionPackets.CheckSubAck([0, 1, 0, 1, 0], MqttVersion.V5, [.. source.Topics]);
        SessionPackets.CheckSubAck([0, 1, 3, 0x1f, 0, 0, 1, 0], MqttVersion.V5, [.. source.Topics]);
        SessionPackets.CheckSubAck([0, 1, 1, 0], MqttVersion.V311, [.. source.Topics]);

        Assert.Contains("topic \"b\"", Refusal([0, 1, 0, 1, 0x87]));
        Assert.Contains("does not fit", Refusal([0, 1, 0, 1]));
        Assert.Contains("does not fit", Refusal([0]));

        string Refusal(byte[] body) => Assert.Throws<MqttProtocolException>(() => SessionPackets.CheckSubAck(body, MqttVersion.V5, [.. source.Topics])).Message;
    }
}

using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests;

public sealed class ConnectPacketsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void CONNECT_has_the_bytes_of_the_standard()
    {
        var mqtt = new MqttOptions
        {
            Username = "u", PasswordFile = _temp.Write("password", "p\nnot this"), KeepAlive = TimeSpan.FromSeconds(30),
        };
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

        Assert.Equal(v5, Connect(
            mqtt, new MqttSessionOptions { ClientId = "id", IsCleanStart = false, SessionExpirySeconds = 604_800, ReceiveMaximum = 256 }));
        Assert.Equal(v311, Connect(new MqttOptions { KeepAlive = TimeSpan.FromSeconds(10) },
            new MqttSessionOptions
            {
                ClientId = "id", Version = MqttVersion.V311, ReceiveMaximum = 256, SessionExpirySeconds = 604_800, MaximumPacketSize = 9,
            }));
    }

    [Fact]
    public void CONNECT_with_a_will_has_the_bytes_of_the_standard()
    {
        var mqtt = new MqttOptions { KeepAlive = TimeSpan.FromSeconds(5) };
        var session = new MqttSessionOptions
        {
            ClientId = "i", MaximumPacketSize = 0x01020304, Will = new MqttWill("w", [9, 8], DelaySeconds: 10),
        };
        byte[] v5 =
        [
            0x10, 35, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 0b0010_1110, 0, 5,
            8, 0x21, 0, 1, 0x27, 1, 2, 3, 4, // receive maximum 1, maximum packet size
            0, 1, (byte)'i', 5, 0x18, 0, 0, 0, 10, 0, 1, (byte)'w', 0, 2, 9, 8, // delay, topic, payload
        ];
        byte[] v311 =
        [
            0x10, 20, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0b0010_1110, 0, 5, 0, 1, (byte)'i', 0, 1, (byte)'w', 0, 2, 9, 8,
        ];

        Assert.Equal(v5, Connect(mqtt, session));
        Assert.Equal(v311, Connect(mqtt, session with { Version = MqttVersion.V311 }));
        // Not retained: without the bit 0x20 of the flags.
        v311[9] = 0b0000_1110;
        Assert.Equal(v311, Connect(
            mqtt, session with { Version = MqttVersion.V311, Will = session.Will with { IsRetained = false } }));
    }

    [Fact]
    public void SUBSCRIBE_has_the_bytes_of_the_standard()
    {
        Assert.Equal(
            [0x82, 13, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0x21, 0, 1, (byte)'b', 0x21],
            Subscribe(MqttVersion.V5, 0, new("a/#", 1, RetainHandling.Never), new("b", 1, RetainHandling.Never)));
        Assert.Equal(
            [0x82, 13, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0x11, 0, 1, (byte)'b', 0x11],
            Subscribe(MqttVersion.V5, 0, new("a/#", 1, RetainHandling.IfNew), new("b", 1, RetainHandling.IfNew)));
        Assert.Equal(
            [0x82, 12, 0, 1, 0, 3, (byte)'a', (byte)'/', (byte)'#', 1, 0, 1, (byte)'b', 0],
            Subscribe(MqttVersion.V311, 0, new("a/#", 1, RetainHandling.Never), new("b", 0)));
        Assert.Equal(
            [0x82, 11, 0, 1, 2, 0x0b, 7, 0, 3, (byte)'a', (byte)'/', (byte)'#', 1],
            Subscribe(MqttVersion.V5, identifier: 7, new MqttFilter("a/#", 1)));
    }

    [Fact]
    public void UNSUBSCRIBE_has_the_bytes_of_the_standard()
    {
        Assert.Equal(
            [0xa2, 12, 0, 2, 0, 0, 3, (byte)'a', (byte)'/', (byte)'#', 0, 2, (byte)'b', (byte)'c'],
            Written(p => ConnectPackets.Unsubscribe(p, MqttVersion.V5, 2, ["a/#", "bc"])));
        Assert.Equal([0xa2, 5, 0, 2, 0, 1, (byte)'b'], Written(p => ConnectPackets.Unsubscribe(p, MqttVersion.V311, 2, ["b"])));
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
        var (isResumed, server) = ConnectPackets.ReadConnAck(PacketType.ConnAck, body, MqttVersion.V5);
        Assert.Equal((hasSession, keepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null), (isResumed, server.KeepAlive));

        Assert.Equal(
            (hasSession, new ServerProperties()), ConnectPackets.ReadConnAck(PacketType.ConnAck, body.AsSpan(0, 2), MqttVersion.V311));
    }

    [Fact]
    public void What_a_broker_can_and_cannot_do_is_read()
    {
        byte[] properties =
        [
            0x21, 0, 20, 0x24, 1, 0x25, 0, 0x27, 0, 0, 4, 0, 0x22, 0, 3, 0x29, 0, 0x13,
                0, 9, 0x1c, 0, 1, (byte)'h', 0x1f, 0, 3, (byte)'a', (byte)'\n', (byte)'b',
        ];
        var (_, server) = ConnectPackets.ReadConnAck(PacketType.ConnAck, [0, 0, (byte)properties.Length, .. properties], MqttVersion.V5);

        Assert.Equal(new ServerProperties
        {
            ReceiveMaximum = 20, MaximumQos = 1, HasRetain = false, MaximumPacketSize = 1024,
                TopicAliasMaximum = 3, HasSubscriptionIdentifiers = false,
            KeepAlive = TimeSpan.FromSeconds(9), ServerReference = "h", ReasonString = "a b",
        }, server);
    }

    [Theory]
    [InlineData(5, 0x86, "wrong user name or password", MqttFault.Refused)]
    [InlineData(5, 0x87, "not authorised: check username", MqttFault.Refused)]
    [InlineData(5, 0x84, "set version to the other one", MqttFault.Refused)]
    [InlineData(5, 0x01, "set version to the other one", MqttFault.Refused)]
    [InlineData(5, 0x8e, "every agent needs its own id", MqttFault.TakenOver)]
    [InlineData(5, 0x89, "server busy", MqttFault.Busy)]
    [InlineData(5, 0x9d, "the server has moved", MqttFault.Moved)]
    [InlineData(4, 4, "wrong user name or password", MqttFault.Refused)]
    [InlineData(4, 5, "not authorised", MqttFault.Refused)]
    [InlineData(4, 3, "server unavailable", MqttFault.Busy)]
    [InlineData(4, 99, "reason 0x63", MqttFault.Lost)]
    public void A_refused_connection_says_why(byte version, byte code, string expected, MqttFault fault)
    {
        var e = Assert.Throws<MqttException>(() => { ConnectPackets.ReadConnAck(PacketType.ConnAck, [0, code], (MqttVersion)version); });
        Assert.Contains(expected, e.Message);
        Assert.Equal(fault, e.Fault);
    }

    [Fact]
    public void Another_server_behind_the_port_is_told()
    {
        Assert.Contains("is this an MQTT broker?", Refusal((PacketType)4, new byte[84]));
        Assert.Contains("is this an MQTT broker?", Refusal(PacketType.ConnAck, [0]));

        static string Refusal(PacketType type, byte[] body) =>
            Assert.Throws<MqttException>(() => { ConnectPackets.ReadConnAck(type, body, MqttVersion.V5); }).Message;
    }

    [Fact]
    public void An_answer_to_SUBSCRIBE_has_a_code_for_each_filter()
    {
        Assert.Equal([1, 0x87], ConnectPackets.ReadSubAck([0, 1, 0, 1, 0x87], MqttVersion.V5, 2).ToArray());
        Assert.Equal([1, 0], ConnectPackets.ReadSubAck([0, 1, 3, 0x1f, 0, 0, 1, 0], MqttVersion.V5, 2).ToArray());
        Assert.Equal([1, 0x80], ConnectPackets.ReadSubAck([0, 1, 1, 0x80], MqttVersion.V311, 2).ToArray());

        Assert.Contains("does not fit", Refusal([0, 1, 0, 1]));
        Assert.Contains("does not fit", Refusal([0]));

        string Refusal(byte[] body) =>
            Assert.Throws<MqttException>(() => { ConnectPackets.ReadSubAck(body, MqttVersion.V5, 2); }).Message;
    }

    [Fact]
    public void An_answer_to_a_publish_has_its_code_and_the_brokers_words()
    {
        Assert.Equal(new PublishAnswer(0x1234, 0, null), ConnectPackets.ReadPubAck([0x12, 0x34]));
        Assert.Equal(new PublishAnswer(0x1234, 0x10, null), ConnectPackets.ReadPubAck([0x12, 0x34, 0x10]));
        Assert.Equal(new PublishAnswer(1, 0x99, "no"), ConnectPackets.ReadPubAck([0, 1, 0x99, 5, 0x1f, 0, 2, (byte)'n', (byte)'o']));
        Assert.Equal(new PublishAnswer(1, 0x99, null), ConnectPackets.ReadPubAck([0, 1, 0x99, 5, 0x1f, 0, 9, (byte)'n', (byte)'o']));
        Assert.Throws<MqttException>(() => { ConnectPackets.ReadPubAck([0]); });
    }

    [Fact]
    public void A_goodbye_of_the_broker_says_why()
    {
        Assert.True(ConnectPackets.ReadDisconnect([]).IsClosedWithoutReason);
        Assert.True(ConnectPackets.ReadDisconnect([0]).IsClosedWithoutReason);
        var taken = ConnectPackets.ReadDisconnect([0x8e]);
        Assert.Equal((MqttFault.TakenOver, (byte)0x8e, false), (taken.Fault, taken.Code, taken.IsClosedWithoutReason));
        var moved = ConnectPackets.ReadDisconnect(
            [0x9c, 13, 0x1c, 0, 2, (byte)'h', (byte)'2', 0x1f, 0, 5, (byte)'s', (byte)'o', (byte)'r', (byte)'r', (byte)'y']);
        Assert.Equal((MqttFault.Moved, "h2"), (moved.Fault, moved.ServerReference));
        Assert.Contains("(\"sorry\")", moved.Message);
    }

    private static byte[] Connect(MqttOptions mqtt, MqttSessionOptions session) => Written(p => ConnectPackets.Connect(p, mqtt, session));

    private static byte[] Subscribe(MqttVersion version, int identifier, params MqttFilter[] filters) =>
        Written(p => ConnectPackets.Subscribe(p, version, 1, filters, identifier));

    private static byte[] Written(Action<PacketWriter> write)
    {
        var packet = new PacketWriter();
        write(packet);
        return packet.Written.ToArray();
    }
}

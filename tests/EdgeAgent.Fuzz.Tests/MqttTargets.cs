using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Fuzz;

/// <summary>
/// What a broker sends: packets one behind the other, in a buffer that holds 4 KiB of one at most; and what members of a group say.
/// </summary>
internal static class MqttTargets
{
    private const int PacketLimit = 4096;

    /// <summary>Of a group with a secret.</summary>
    private static readonly MemberSeal Members = new(new byte[32]);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("mqtt-5", bytes => Read(bytes, MqttVersion.V5)),
        new("mqtt-311", bytes => Read(bytes, MqttVersion.V311)),
        new("member", bytes => Members.TryRead("plant/agents/a", bytes, out _)),
    ];

    private static void Read(byte[] bytes, MqttVersion version)
    {
        try
        {
            var buffer = new PacketBuffer(PacketLimit);
            for (var at = 0; at < bytes.Length;)
            {
                buffer.MakeRoom();
                var room = Math.Min(buffer.Room.Length, bytes.Length - at);
                bytes.AsSpan(at, room).CopyTo(buffer.Room);
                buffer.Received(room);
                at += room;
                while (buffer.TryRead(out var header))
                {
                    Take(header, buffer.Body(header), buffer.IsCut(header), version);
                    for (var left = buffer.Drop(header.PacketBytes); left > 0;)
                    {
                        if (at == bytes.Length) return;
                        buffer.MakeRoom();
                        var more = Math.Min(buffer.Room.Length, bytes.Length - at);
                        buffer.Received(more);
                        at += more;
                        left = buffer.Drop(left);
                    }
                }
            }
        }
        catch (MqttException)
        {
            // The session ends, with this reason.
        }
    }

    private static void Take(in FixedHeader header, ReadOnlySpan<byte> body, bool isCut, MqttVersion version)
    {
        switch (header.Type)
        {
            case PacketType.Publish:
                var publish = PublishPacket.Read(header.Flags, body, version, isCut);
                _ = publish.ContentType.Length + publish.Topic.Length + publish.Payload.Length;
                var properties = new PropertyReader(publish.Properties);
                while (properties.Read()) _ = properties.Value.Length;
                break;
            case PacketType.ConnAck:
                ConnectPackets.ReadConnAck(header.Type, body, version);
                break;
            case PacketType.SubAck:
                _ = ConnectPackets.ReadSubAck(body, version, 1);
                break;
            case PacketType.PubAck:
                ConnectPackets.ReadPubAck(body);
                break;
            case PacketType.Disconnect:
                _ = ConnectPackets.ReadDisconnect(body).Message;
                break;
        }
    }
}

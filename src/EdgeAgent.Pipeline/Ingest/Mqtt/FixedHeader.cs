namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>The first bytes of every packet: type, flags and how many bytes follow. MQTT 5.0 section 2.1.</summary>
internal readonly record struct FixedHeader(MqttPacketType Type, byte Flags, int HeaderBytes, int BodyBytes)
{
    private const int LengthBytesLimit = 4;

    public int PacketBytes => HeaderBytes + BodyBytes;

    /// <summary>Reads the header at the start of <paramref name="bytes"/>; false when it is not all there yet.</summary>
    /// <exception cref="MqttProtocolException">The length is malformed.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FixedHeader header)
    {
        header = default;
        if (bytes.Length < 2) return false;
        if (!TryReadVariable(bytes[1..], out var body, out var lengthBytes)) return false;
        header = new FixedHeader((MqttPacketType)(bytes[0] >> 4), (byte)(bytes[0] & 0xf), 1 + lengthBytes, body);
        return true;
    }

    /// <summary>Reads a variable byte integer, section 1.5.5.</summary>
    public static bool TryReadVariable(ReadOnlySpan<byte> bytes, out int value, out int length)
    {
        value = 0;
        for (length = 0; length < bytes.Length;)
        {
            value |= (bytes[length] & 0x7f) << (7 * length);
            if ((bytes[length++] & 0x80) == 0) return true;
            if (length == LengthBytesLimit) throw new MqttProtocolException("the broker sent a packet with a malformed length");
        }
        return false;
    }
}

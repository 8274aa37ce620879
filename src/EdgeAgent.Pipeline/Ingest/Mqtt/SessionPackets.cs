namespace EdgeAgent.Pipeline.Ingest.Mqtt;

internal static class SessionPackets
{
    public static readonly byte[] PingReq = [(byte)MqttPacketType.PingReq << 4, 0];
    public static readonly byte[] Disconnect = [(byte)MqttPacketType.Disconnect << 4, 0];
}

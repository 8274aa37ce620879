namespace EdgeAgent.Pipeline.Delivery;

/// <summary>Counts what one delivery did since the start. Written by the delivery, read by anyone.</summary>
internal sealed class DeliveryCounters
{
    public long Published;
    /// <summary>Bytes that events took on the wire, repeats included.</summary>
    public long BytesOut;
    public long Failures;
    public long Connections;
    public volatile bool IsConnected;
    /// <summary>UTC ticks of when the connection came or went; 0: there was none yet.</summary>
    public long ChangedTicks;
}

/// <summary>Why a connection failed or ended, and when.</summary>
internal sealed record DeliveryTrouble(string Text, DateTimeOffset Time);

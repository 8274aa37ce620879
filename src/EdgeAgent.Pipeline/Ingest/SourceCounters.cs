namespace EdgeAgent.Pipeline.Ingest;

/// <summary>What one source has heard since the start. The receiving loop writes, anyone may read.</summary>
internal sealed class SourceCounters
{
    /// <summary>Messages, whatever became of them.</summary>
    public long Received;
    /// <summary>Messages given up before a lane saw them: no device, too many devices, too large.</summary>
    public long DeadLettered;
    /// <summary>Bytes of all packets that arrived, protocol included.</summary>
    public long BytesIn;
    public long Connections;
    public volatile bool IsConnected;
}

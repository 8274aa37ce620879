namespace EdgeAgent.Pipeline.Upstream;

/// <summary>What went over the upstream link since the start. Several sends may be under way, so they are interlocked.</summary>
internal sealed class UpstreamCounters
{
    public long Published;
    /// <summary>Bytes of topics and payloads that were published, repeats included.</summary>
    public long BytesOut;
    public long Failures;
    public long Connections;
    public volatile bool IsConnected;
    /// <summary>UTC ticks of when the connection came or went; 0: there was none yet.</summary>
    public long ChangedTicks;
}

/// <summary>Why a connection failed or ended, and when.</summary>
internal sealed record LinkTrouble(string Text, DateTimeOffset Time);

namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>What a source's edge nodes let be noticed, since the start. The source's loop writes, anyone may read.</summary>
internal sealed class SparkplugTally
{
    /// <summary>Metrics left out, or refused with their message, because no birth named them or said their type.</summary>
    public long UnknownMetrics;
    /// <summary>Messages that were lost or came in disorder, by their sequence numbers.</summary>
    public long SequenceGaps;
    /// <summary>Edge nodes and devices that said goodbye, or whose will did.</summary>
    public long Deaths;

    public bool IsZero => UnknownMetrics == 0 && SequenceGaps == 0 && Deaths == 0;

    /// <summary>Takes over what a source that is gone has counted.</summary>
    public void Add(SparkplugTally gone)
    {
        UnknownMetrics += gone.UnknownMetrics;
        SequenceGaps += gone.SequenceGaps;
        Deaths += gone.Deaths;
    }
}

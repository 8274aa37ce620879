namespace EdgeAgent.Pipeline.Sources;

/// <summary>What becomes of readings that tell of the past: sent late, from a store.</summary>
public sealed record HistoryOptions
{
    /// <summary>Whether they are dropped. Otherwise they are judged in time order, unless a newer reading was judged first.</summary>
    public bool IsSkipped { get; set; }
    /// <summary>
    /// A reading that is older than this when it arrives is of the past; null: only what its sender or the broker says so of.
    /// </summary>
    public TimeSpan? Age { get; set; }
}

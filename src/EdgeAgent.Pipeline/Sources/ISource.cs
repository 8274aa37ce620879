namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Brings readings: gives them to lanes in batches of rows, and learns from them when the messages that they came in may be
/// acknowledged. Known by its name.
/// </summary>
internal interface ISource
{
    string Name { get; }

    SourceCounters Counters { get; }

    /// <summary>Ends when the source was told to stop and has handed over all it held.</summary>
    Task Quiet { get; }

    /// <summary>Whether lanes have gone through all that it gave them, and every event of it is safe.</summary>
    bool IsDrained { get; }

    /// <summary>Starts it.</summary>
    /// <param name="drained">Ends when all that was handed over is safe; the source then acknowledges it and leaves.</param>
    /// <param name="stop">Tells it to take no more readings.</param>
    /// <returns>Ends when the source has left; faulted when a broken invariant ended it.</returns>
    Task RunAsync(Task drained, CancellationToken stop);
}

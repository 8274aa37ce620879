using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Brings readings: gives them to lanes in batches of rows, and learns from them when the messages that they came in may be
/// acknowledged. Known by its name.
/// </summary>
internal interface ISource
{
    string Name { get; }

    SourceOptions Options { get; }

    SourceCounters Counters { get; }

    /// <summary>Devices that it has brought.</summary>
    int Devices { get; }

    /// <summary>Why nothing comes; null while something may.</summary>
    string? Trouble { get; }

    /// <summary>Why its connections have kept ending of late, although there is one now; null: they hold.</summary>
    string? Unsteadiness => null;

    /// <summary>Topics that its broker refuses while it grants others.</summary>
    IReadOnlyList<RefusedFilter> Refused => [];

    /// <summary>How usable its last messages were; null: that is not known.</summary>
    IntakeWatch? Intake => null;

    /// <summary>Which of its topics brought anything; null: it has none.</summary>
    TopicWatch? Heard => null;

    /// <summary>The agents that share the devices; null: they are not shared.</summary>
    IReadOnlyList<string>? Members { get; }

    /// <summary>Ends when the source was told to stop and has handed over all it held.</summary>
    Task Quiet { get; }

    /// <summary>Whether lanes have gone through all that it gave them, and every event of it is safe.</summary>
    bool IsDrained { get; }

    /// <summary>Whether nobody will come back to what is kept for it elsewhere when it ends, as a broker's session.</summary>
    bool LeavesForGood { get; set; }

    /// <summary>Whether a source of other options finds what is kept for this one elsewhere.</summary>
    bool HasSameSession(SourceOptions other);

    /// <summary>Whether devices go by the same names under other options.</summary>
    bool HasSameDevices(SourceOptions other);

    /// <summary>Takes the place of a source of the same kind that has ended: its devices go on where they were.</summary>
    void GoOnAfter(ISource before);

    /// <summary>Starts it.</summary>
    /// <param name="drained">Ends when all that was handed over is safe; the source then acknowledges it and leaves.</param>
    /// <param name="stop">Tells it to take no more readings.</param>
    /// <returns>Ends when the source has left; faulted when a broken invariant ended it.</returns>
    Task RunAsync(Task drained, CancellationToken stop);
}

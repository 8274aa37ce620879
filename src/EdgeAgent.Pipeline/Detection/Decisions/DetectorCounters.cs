using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>What one detector has done on one lane since the start. The lane writes, anyone may read.</summary>
internal sealed class DetectorCounters
{
    private static readonly int Kinds = Enum.GetValues<EventKind>().Length;
    private static readonly int Severities = Enum.GetValues<Severity>().Length;

    private readonly long[] _events = new long[Kinds * Severities];

    /// <summary>Outputs that the recent share is of, at most; half of them are forgotten then.</summary>
    private const int RecentLimit = 128;

    public long Judged;
    /// <summary>Readings taken into windows.</summary>
    public long Taken;
    /// <summary>Readings of devices that lack a channel that the model needs.</summary>
    public long Lacking;
    /// <summary>Windows of which the model made something that is not a number.</summary>
    public long NotANumber;
    private long _recent, _recentNotANumber;
    /// <summary>Anomalies that are open now, of devices heard of since the start.</summary>
    public long Open;

    /// <summary>How many of the last windows' outputs were not numbers.</summary>
    public (long Windows, long NotANumber) Recent => (Volatile.Read(ref _recent), Volatile.Read(ref _recentNotANumber));

    /// <summary>Counts what the model made of a window.</summary>
    public void CountOutput(bool isNumber)
    {
        if (_failure is not null) _failure = null;
        if (_recent >= RecentLimit) (_recent, _recentNotANumber) = (_recent / 2, _recentNotANumber / 2);
        _recent++;
        if (isNumber) return;
        _recentNotANumber++;
        NotANumber++;
    }

    /// <summary>Windows whose run failed.</summary>
    public long Failed;
    private volatile string? _failure;

    /// <summary>Why the last run failed; null: it went well.</summary>
    public string? Failure => _failure;

    public void CountFailure(string failure)
    {
        Failed++;
        _failure = failure;
    }

    public void Count(EventKind kind, Severity severity) => _events[Index(kind, severity)]++;

    public long Events(EventKind kind, Severity severity) => Volatile.Read(ref _events[Index(kind, severity)]);

    /// <summary>Events of all kinds but scored windows, which tell of no anomaly.</summary>
    public long Reports => _events.Take((int)EventKind.Scored * Severities).Sum();

    private static int Index(EventKind kind, Severity severity) => (int)kind * Severities + (int)severity;
}

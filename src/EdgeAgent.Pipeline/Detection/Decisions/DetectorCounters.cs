using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>What one detector has done on one lane since the start. The lane writes, anyone may read.</summary>
internal sealed class DetectorCounters
{
    private static readonly int Kinds = Enum.GetValues<EventKind>().Length;
    private static readonly int Severities = Enum.GetValues<Severity>().Length;

    private readonly long[] _events = new long[Kinds * Severities];

    public long Judged;
    /// <summary>Anomalies that are open now, of devices heard of since the start.</summary>
    public long Open;

    public void Count(EventKind kind, Severity severity) => _events[Index(kind, severity)]++;

    public long Events(EventKind kind, Severity severity) => Volatile.Read(ref _events[Index(kind, severity)]);

    /// <summary>Events of all kinds but scored windows, which tell of no anomaly.</summary>
    public long Reports => _events.Take((int)EventKind.Scored * Severities).Sum();

    private static int Index(EventKind kind, Severity severity) => (int)kind * Severities + (int)severity;
}

using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Replay.Plot;

/// <summary>The events of one detector on one device: every one as a mark, and the highest of them in full.</summary>
internal sealed class EventNotes(TimeColumns columns)
{
    /// <summary>Events that are listed below a picture.</summary>
    public const int Limit = 40;

    private readonly List<AnomalyEvent> _kept = [];
    private AnomalyEvent? _open;

    /// <summary>Severity plus one where an event stands.</summary>
    public MarkRow Marks { get; } = columns.AddMarks();
    /// <summary>All events there were.</summary>
    public int Count { get; private set; }
    /// <summary>The newest report of each listed event, in the order of their starts.</summary>
    public IEnumerable<AnomalyEvent> Listed => _kept.OrderBy(e => e.StartedTicks);

    /// <summary>Takes note of a report; the newest one says all that those before it did.</summary>
    public void Take(AnomalyEvent report)
    {
        if (report.Kind == EventKind.Scored) return;
        if (report.Kind == EventKind.Opened) Count++;
        _open = report;
        if (report.EndedTicks is { } ended) Keep(report, ended);
    }

    /// <summary>The recording has ended; an event that is still open lasts until then.</summary>
    /// <param name="lastTicks">Time of the last reading.</param>
    /// <param name="state">Knows a peak that no report has told yet.</param>
    public void End(long lastTicks, DecisionState state)
    {
        if (_open is { } open) Keep(open with { Peak = Math.Max(open.Peak, state.Peak) }, lastTicks);
    }

    private void Keep(AnomalyEvent report, long ended)
    {
        _open = null;
        Marks.Mark(columns.Nearest(report.StartedTicks), columns.Nearest(ended), (byte)(report.Severity + 1));
        _kept.Add(report);
        if (_kept.Count > Limit) _kept.Remove(_kept.MinBy(e => e.Peak)!);
    }
}

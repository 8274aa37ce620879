using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Collects what was given up and not reported upstream yet, by reason and severity. It is reported when there is a link, at
/// most once a minute. Belongs to the outbox's owner.
/// </summary>
internal sealed class DropRecords(OutboxCounters counters, TimeProvider time)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string, Severity), Gap> _unwritten = [];
    private readonly DroppedDevices _devices = new();
    private bool _isAnyWritten;
    private long _reportedAt;

    /// <summary>Takes over what the previous run had not reported.</summary>
    public void Recover(IReadOnlyCollection<Gap> written) => _isAnyWritten |= written.Count > 0;

    public void Note(Gap gap)
    {
        var key = (gap.Reason, gap.Severity);
        _unwritten[key] = _unwritten.TryGetValue(key, out var before) ? before + gap : gap;
        if (gap.Severity != Gap.UnknownSeverity) counters.NoteDropped(gap.Severity, gap.Count);
        NoteLate(gap);
    }

    /// <summary>Notes a drop that was written down with its own commit.</summary>
    public void NoteWritten(Gap gap)
    {
        _isAnyWritten = true;
        counters.NoteDropped(gap.Severity, gap.Count);
        NoteLate(gap);
    }

    /// <summary>What the next commit is to write down.</summary>
    public IReadOnlyCollection<Gap> Unwritten => _unwritten.Count == 0 ? [] : [.. _unwritten.Values];

    /// <summary>Notes that the commit with <see cref="Unwritten"/> went through.</summary>
    public void MarkWritten()
    {
        _isAnyWritten |= _unwritten.Count > 0;
        _unwritten.Clear();
    }

    public bool IsAny => _isAnyWritten || _unwritten.Count > 0;

    /// <summary>How long until they may be reported; the longest time when there is nothing to report.</summary>
    public TimeSpan TimeLeft() => !IsAny ? TimeSpan.MaxValue : _reportedAt == 0 ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Max(0, (ReportEvery - time.GetElapsedTime(_reportedAt)).Ticks));

    /// <summary>All there is to report, with what was written before.</summary>
    public IReadOnlyList<Gap> All(IEnumerable<Gap> written) =>
        [.. written.Concat(_unwritten.Values).GroupBy(g => (g.Reason, g.Severity)).Select(g => g.Aggregate((a, b) => a + b))
            .SelectMany(_devices.Split)];

    public void MarkReported()
    {
        _unwritten.Clear();
        _devices.Clear();
        _isAnyWritten = false;
        _reportedAt = time.GetTimestamp();
    }

    private void NoteLate(Gap gap)
    {
        _devices.Note(gap);
        counters.LateDrops = LateDrops.After(counters.LateDrops, gap, time.GetUtcNow());
    }
}

using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// What was given up and upstream has not been told of yet: coalesced by reason and severity, told when there is a link and
/// not more often than once a minute. Belongs to the outbox's thread.
/// </summary>
internal sealed class DropBooks(OutboxCounters counters, TimeProvider time)
{
    public const string Full = "full";
    public const string Expired = "expired";
    public const string Damaged = "damaged";
    public const string Refused = "refused";

    public const string Purged = "purged";

    /// <summary>Stands for damaged events, which cannot be asked.</summary>
    public const Severity Unknown = (Severity)(-1);

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string, Severity), Gap> _unwritten = [];
    private bool _isAnyWritten;
    private long _toldAt;

    /// <summary>Takes over what the run before had not told.</summary>
    public void Recover(IReadOnlyCollection<Gap> written) => _isAnyWritten |= written.Count > 0;

    public void Note(Gap gap)
    {
        var key = (gap.Reason, gap.Severity);
        _unwritten[key] = _unwritten.TryGetValue(key, out var before) ? before + gap : gap;
        if (gap.Severity != Unknown) counters.NoteDropped(gap.Severity, gap.Count);
    }

    /// <summary>A drop that was written down with its own commit.</summary>
    public void NoteWritten(Gap gap)
    {
        _isAnyWritten = true;
        counters.NoteDropped(gap.Severity, gap.Count);
    }

    /// <summary>What the next commit is to write down.</summary>
    public IReadOnlyCollection<Gap> Unwritten => [.. _unwritten.Values];

    /// <summary>That commit went through.</summary>
    public void MarkWritten()
    {
        _isAnyWritten |= _unwritten.Count > 0;
        _unwritten.Clear();
    }

    public bool IsAny => _isAnyWritten || _unwritten.Count > 0;

    /// <summary>How long until they may be told; the longest time when there is nothing to tell.</summary>
    public TimeSpan TimeLeft() =>
        !IsAny ? TimeSpan.MaxValue : _toldAt == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (TellEvery - time.GetElapsedTime(_toldAt)).Ticks));

    /// <summary>All there is to tell, with what was written before.</summary>
    public IReadOnlyList<Gap> All(IEnumerable<Gap> written) =>
        [.. written.Concat(_unwritten.Values).GroupBy(g => (g.Reason, g.Severity)).Select(g => g.Aggregate((a, b) => a + b))];

    public void MarkTold()
    {
        _unwritten.Clear();
        _isAnyWritten = false;
        _toldAt = time.GetTimestamp();
    }
}

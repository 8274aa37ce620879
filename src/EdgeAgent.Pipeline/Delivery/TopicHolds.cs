using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Delivery;

/// <summary>What is to be done with an event before it is sent.</summary>
internal enum HoldVerdict
{
    /// <summary>It goes.</summary>
    Send,
    /// <summary>The receiver takes nothing on its topic for a while.</summary>
    PutOff,
    /// <summary>Another event tries whether the receiver takes its topic again.</summary>
    Wait,
}

/// <summary>
/// The topics on which a receiver refused an event for now. Events of such a topic are put off, in their order; when the pause is over,
/// one of them tries. Does no I/O; under the lock of its owner.
/// </summary>
internal sealed class TopicHolds(TimeProvider time)
{
    private const int Limit = 1024;
    /// <summary>What was refused comes before what was held back behind it.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(50);
    /// <summary>Nothing is left on a topic that nobody has tried for so long.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Hold> _holds = [];

    private sealed class Hold
    {
        public long Due;
        public int Times;
        public OutboxItem? Probe;
        public string Reason = "";
    }

    /// <summary>What to do with an event.</summary>
    /// <param name="item">The event; if it is sent, it may be the one that tries.</param>
    /// <param name="pause">How long to put it off.</param>
    public HoldVerdict Ask(OutboxItem item, out TimeSpan pause)
    {
        pause = TimeSpan.Zero;
        if (_holds.Count == 0 || !_holds.TryGetValue(item.Entry.Topic, out var hold)) return HoldVerdict.Send;
        if (hold.Probe is not null) return HoldVerdict.Wait;
        pause = TimeLeft(hold) + Behind;
        if (pause > Behind) return HoldVerdict.PutOff;
        hold.Probe = item;
        return HoldVerdict.Send;
    }

    /// <summary>The receiver took an event: what else goes there may go.</summary>
    public void Accepted(string topic)
    {
        if (_holds.Count > 0) _holds.Remove(topic);
    }

    /// <summary>The receiver refused an event for now.</summary>
    /// <param name="item">The event.</param>
    /// <param name="reason">What it said.</param>
    /// <param name="isNews">False: it was under way already when an earlier one of its topic was refused.</param>
    /// <returns>How long to put it off.</returns>
    public TimeSpan Refused(OutboxItem item, string reason, out bool isNews)
    {
        var topic = item.Entry.Topic;
        if (!_holds.TryGetValue(topic, out var hold)) _holds[topic] = hold = WithRoom();
        isNews = hold.Probe == item || hold.Times == 0;
        if (!isNews) return TimeLeft(hold) + Behind;
        var pause = RefusalRules.QuietPause(hold.Times++);
        hold.Due = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        (hold.Probe, hold.Reason) = (null, reason.TrimEnd('.'));
        return pause;
    }

    /// <summary>An event is no longer under way, and the receiver has said nothing of its topic.</summary>
    public void Forget(OutboxItem item)
    {
        if (_holds.TryGetValue(item.Entry.Topic, out var hold) && hold.Probe == item) hold.Probe = null;
    }

    /// <summary>Which topics are held; null: none.</summary>
    public string? Describe()
    {
        foreach (var (topic, _) in _holds.Where(h => TimeLeft(h.Value) < -Forgotten).ToList()) _holds.Remove(topic);
        if (_holds.Count == 0) return null;
        var (first, hold) = _holds.First();
        var more = _holds.Count > 1 ? $", and those on {_holds.Count - 1} more topics" : "";
        return $"events on {first} are put off{more}: {hold.Reason}";
    }

    private TimeSpan TimeLeft(Hold hold) => time.GetElapsedTime(time.GetTimestamp(), hold.Due);

    private Hold WithRoom()
    {
        // The one that is to be tried first is tried now.
        if (_holds.Count >= Limit) _holds.Remove(_holds.MinBy(h => h.Value.Due).Key);
        return new Hold();
    }
}

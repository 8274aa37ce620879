using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Upstream;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps events until upstream has acknowledged them. While the link is up an event is offered for sending at once and
/// waits a moment for its acknowledgement; what is not acknowledged by then is committed to disk, many in one commit.
/// An event is safe, and its reading may be acknowledged, when either has happened.
/// </summary>
/// <remarks>
/// Other threads only leave news. One thread owns the rest: it sorts the news, commits, reads back what spilled to disk
/// and offers what is next.
/// </remarks>
internal sealed partial class EventOutbox : IDisposable
{
    private readonly OutboxNews _news = new();
    private readonly OutboxStore _store;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;
    private readonly DiskBooks _disk;
    private readonly GroupCommit _commit;
    private readonly Queue<OutboxEntry> _refused = new();
    private readonly Queue<Action> _errands = new();
    private readonly ReadyQueue _ready;
    private readonly DropBooks _drops;
    private readonly StoreBounds _bounds;
    private readonly Func<IReadOnlyList<Gap>, long, OutboxEntry>? _describe;
    private readonly EventOffers _offers;
    private readonly AcknowledgedIds? _acknowledged;
    private readonly KnownEvents _known = new();
    private readonly Thread _thread;
    private long _lastSequence;
    private long _turns;

    /// <param name="store">Keeps them; the outbox owns it from now on.</param>
    /// <param name="options">How much is kept, and for how long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of trouble.</param>
    /// <param name="describe">Makes the event that tells upstream what was dropped, as of now; null: it is not told.</param>
    /// <param name="acknowledged">Knows after a kill what was acknowledged; the outbox owns it from now on. Null: nothing does.</param>
    /// <param name="isClockSynced">Whether a time service has set the machine's clock.</param>
    public EventOutbox(OutboxStore store, UpstreamOptions options, TimeProvider time, ILogger logger, Func<IReadOnlyList<Gap>, long, OutboxEntry>? describe = null,
        AcknowledgedIds? acknowledged = null, bool isClockSynced = true)
    {
        _acknowledged = acknowledged;
        _store = store;
        _options = options;
        _time = time;
        Clock = new SteadyClock(time);
        _describe = describe;
        _drops = new DropBooks(Counters, time);
        _bounds = new StoreBounds(store, options, Counters, _drops, Clock, time, logger);
        var isOpen = TryRecover(isClockSynced);
        _disk = new DiskBooks(store, Counters, _drops, time);
        _commit = new GroupCommit(store, options, Counters, _bounds, _disk, time, logger);
        _ready = new ReadyQueue(store, isSpilling: Counters.Recovered > 0 || !isOpen, time, logger);
        _bounds.Dropped = _ready.Forget;
        _offers = new EventOffers(_ready, options.InFlightLimit, new BacklogPace(options.BacklogRate, time), IsOver);
        _thread = new Thread(Run) { Name = "outbox", IsBackground = true };
        _thread.Start();
    }

    public OutboxCounters Counters { get; } = new();

    /// <summary>Ages of events are measured by it.</summary>
    public SteadyClock Clock { get; }

    /// <summary>Anomalies that the outbox remembers because reports of them wait in the backlog.</summary>
    public int AnomaliesOwed => _ready.AnomaliesOwed;

    /// <summary>Turns of the thread's loop: a thread that waits makes none.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Entries to send: fresh critical ones first, then the backlog, each oldest first.</summary>
    public OwedLanes Owed => _offers.Lanes;

    /// <summary>Takes an event over. Blocks while too many wait for the disk, which slows the lanes and so the input.</summary>
    public void Append(OutboxEntry entry)
    {
        Interlocked.Increment(ref Counters.Appended);
        _news.Append(entry);
    }

    /// <summary>Takes over what the run before had not made safe. Never blocks.</summary>
    public void Recover(OutboxEntry entry)
    {
        Interlocked.Increment(ref Counters.Recovered);
        _known.Add(entry.Id);
        _news.Append(entry, waits: false);
    }

    /// <summary>
    /// The broker repeated a message that went through before: it may be acknowledged when every event that is not safe
    /// now is, for one of them may be its own.
    /// </summary>
    public void Repeat(EventReceipt receipt)
    {
        receipt.AddEvent();
        _news.Repeat(receipt);
    }

    /// <summary>The lanes are about to stop: none may wait in <see cref="Append"/> for a disk that refuses.</summary>
    public void LetPass() => _news.LetPass();

    /// <summary>Events that were neither delivered nor on disk when the outbox stopped. Their readings are not acknowledged.</summary>
    public int UnsafeAtStop { get; private set; }

    /// <summary>Upstream refuses the entry for ever: it is quarantined, and counted as dropped.</summary>
    public void Refuse(OutboxEntry entry, string reason) => _news.Refuse(entry, reason);

    /// <summary>The entry could not be sent; it keeps its place in the order.</summary>
    public void Return(OutboxEntry entry) => _news.Return(entry);

    /// <summary>The entry is not to be sent for a while; the others go on without it.</summary>
    public void PutOff(OutboxEntry entry, TimeSpan pause)
    {
        entry.NotBefore = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        _news.Return(entry);
    }

    /// <summary>What the outbox holds. Not answered while its thread waits for the disk, nor after the stop.</summary>
    public Task<OutboxReport> AskAsync() => _news.Ask();

    /// <summary>Whether waiting for an acknowledgement makes sense; without a link events go to disk at once.</summary>
    public void SetLink(bool isUp) => _news.SetLink(isUp);

    /// <summary>Commits what is not on disk and stops. What is still appended afterwards is not taken.</summary>
    public void Stop()
    {
        _news.Stop();
        _thread.Join();
        lock (_news.Gate)
            UnsafeAtStop = _commit.Uncommitted.Count(e => !e.IsDone) + _news.Appended.Count();
    }

    public void Dispose()
    {
        if (_thread.IsAlive) Stop();
        _store.Dispose();
        _acknowledged?.Dispose();
    }

    private void Run()
    {
        var isLast = false;
        while (!isLast)
        {
            Volatile.Write(ref _turns, _turns + 1);
            isLast = TakeNews();
            while (_refused.TryDequeue(out var entry)) Quarantine(entry);
            while (_errands.TryDequeue(out var errand)) errand();
            // One last try, even if the disk has just refused.
            if (isLast || _commit.IsDue(_news.IsLinkUp) || (_news.IsStopping && _commit.IsDiskRefusing))
                _commit.Run(_news.IsLinkUp, _news.IsStopping);
            // A disk that refuses must not keep the agent from stopping: what is unsafe was never acknowledged.
            if (_news.IsStopping && _commit.IsDiskRefusing) return;
            _commit.SettleDamage();
            TellDrops();
            _ready.TakeBack();
            _ready.Refill(_commit.Uncommitted);
            _offers.Offer();
        }
    }

    /// <summary>Waits until there is something to do, and sorts what has come in; true when it is time to stop.</summary>
    private bool TakeNews()
    {
        lock (_news.Gate)
        {
            while (!_news.IsStopping && !HasWork())
                _news.Wait(WaitMs());
            while (_news.TryTakeDelivered(out var entry)) Finish(entry, ref Counters.Delivered);
            while (_news.TryTakeRefused(out var entry)) _refused.Enqueue(entry);
            while (_news.TryTakeReturned(out var entry)) _ready.Return(entry);
            while (_news.TryTakeRepeated(out var receipt)) Hold(receipt);
            while (_news.TryTakeErrand(out var errand)) _errands.Enqueue(errand);
            while (_news.TryTakeAsked(out var answer)) answer.TrySetResult(Report());
            _commit.ForgetDone();
            if (_news.IsLinkUp && !_offers.IsLinkUp) _bounds.Hurry();
            _offers.NoteLink(_news.IsLinkUp, _lastSequence);
            while (_commit.HasRoom && _news.TryTakeAppended(out var entry)) TakeIn(entry);
            _news.AnnounceRoom();
            return _news.IsStopping && _news.IsAllTaken;
        }
    }

    private bool HasWork() =>
        _news.HasAny(_commit.HasRoom) || _commit.IsDue(_news.IsLinkUp) || _ready.IsRefillDue || _ready.IsPutOffDue
            || _news.IsLinkUp != _offers.IsLinkUp || _offers.CanOffer() || AreDropsDue;

    private int WaitMs()
    {
        var (commit, refill) = (_commit.TimeLeft(), _ready.TimeLeft());
        var left = commit < refill ? commit : refill;
        if (_news.IsLinkUp && _describe is not null && _commit.MayTry && _drops.TimeLeft() is var drops && drops < left) left = drops;
        var offer = _offers.TimeLeft();
        if (offer < left) left = offer;
        return left == TimeSpan.MaxValue ? Timeout.Infinite : Math.Max(1, (int)Math.Ceiling(left.TotalMilliseconds));
    }

    private void TakeIn(OutboxEntry entry)
    {
        entry.Sequence = ++_lastSequence;
        entry.TakenAt = _time.GetTimestamp();
        _commit.Add(entry);
        _ready.Add(entry, _offers.IsLinkUp);
    }

    /// <summary>Whether the entry is done, or its time has just run out.</summary>
    private bool IsOver(OutboxEntry entry)
    {
        if (entry.IsDone || _commit.HasDropped(entry)) return true;
        if (Clock.AgeOf(entry.CreatedTicks) <= _options.Buffer.KeepFor(entry.Severity, _options.BufferKeep)) return false;
        _drops.Note(Gap.Of(DropBooks.Expired, entry.Severity, entry.CreatedTicks));
        Finish(entry, ref Counters.DroppedExpired);
        return true;
    }
}

using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Keeps events until upstream has acknowledged them. While the link is up an event is offered for sending at once and
/// waits a moment for its acknowledgement; what is not acknowledged by then is committed to disk, many in one commit.
/// An event is safe, and its reading may be acknowledged, when either has happened.
/// </summary>
/// <remarks>
/// Other threads leave requests. The rest has one owner at a time. Usually that is the outbox's own thread, which takes the
/// requests, commits, reads back what spilled to disk and offers what is next. While it sleeps and nothing needs the disk, whoever brings
/// an event or an acknowledgement does that much under the requests' gate, which saves waking a thread on the way of each event.
/// </remarks>
internal sealed class EventOutbox : IDisposable
{
    /// <summary>How long a refused event waits that could not be quarantined.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(1);

    private readonly OutboxRequests _requests = new();
    private readonly OutboxStore _store;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly DiskAccounting _disk;
    private readonly GroupCommit _commit;
    private readonly Queue<(OutboxItem Item, string Reason)> _refused = new();
    private readonly Queue<Action> _work = new();
    private readonly ReadyQueue _ready;
    private readonly DropRecords _drops;
    private readonly StoreBounds _bounds;
    private readonly DropReports _dropReports;
    private readonly EventOffers _offers;
    private readonly ItemOutcomes _outcomes;
    private readonly OutboxSchedule _schedule;
    private readonly AcknowledgedIds? _acknowledged;
    private readonly KnownEvents _known = new();
    private readonly Thread _thread;
    private long _lastSequence, _turns;

    /// <param name="store">Keeps the events; the outbox owns it from now on.</param>
    /// <param name="options">How much is kept, and for how long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs trouble.</param>
    /// <param name="report">Makes the event that reports drops upstream; null: drops are not reported.</param>
    /// <param name="acknowledged">Knows after a kill what was acknowledged; the outbox owns it from now on. Null: nothing does.</param>
    /// <param name="isClockSynced">Whether a time service has set the machine's clock.</param>
    public EventOutbox(OutboxStore store, OutboxOptions options, TimeProvider time, ILogger logger,
        Func<IReadOnlyList<Gap>, EncodedEvent>? report = null, AcknowledgedIds? acknowledged = null, bool isClockSynced = true)
    {
        options.Validate();
        (_store, _options, _time, _acknowledged) = (store, options, time, acknowledged);
        Clock = new SteadyClock(time);
        _drops = new DropRecords(Counters, time);
        _bounds = new StoreBounds(store, options, Counters, _drops, Clock, time, logger);
        var isOpen = new OutboxRecovery(store, acknowledged, _known, Counters, _drops).TryRecover(Clock, isClockSynced, out _lastSequence);
        _disk = new DiskAccounting(store, Counters, _drops, _bounds.Shares, time);
        _commit = new GroupCommit(store, options, Counters, _bounds, _disk, time, logger);
        _dropReports = new DropReports(report, _drops, store, _commit, _bounds);
        _ready = new ReadyQueue(store, isSpilling: Counters.Recovered > 0 || !isOpen, isShut: !isOpen, time, logger);
        (Counters.IsDiskRefusing, Counters.DiskRefusal) = (!isOpen, store.OpenRefusal);
        _bounds.Dropped = _ready.Forget;
        _outcomes = new ItemOutcomes(options, Counters, _commit, _ready, _drops, Clock);
        _offers = new EventOffers(_ready, options.InFlightLimit, new BacklogPace(options.BacklogRate, time), _outcomes.IsOver);
        _schedule = new OutboxSchedule(_requests, _commit, _ready, _offers, _dropReports);
        _thread = new Thread(Run) { Name = "outbox", IsBackground = true };
        _thread.Start();
    }

    public OutboxCounters Counters { get; } = new();

    /// <summary>Ages of events are measured by it.</summary>
    public SteadyClock Clock { get; }

    public OutboxOptions Options => _options;

    /// <summary>Anomalies that the outbox remembers because reports of them wait in the backlog.</summary>
    public int AnomaliesOwed => _ready.AnomaliesOwed;

    /// <summary>Turns of the thread's loop: a thread that waits makes none.</summary>
    public long Turns => Volatile.Read(ref _turns);
    public bool IsCrowded => _requests.IsCrowded;
    public bool IsInputWaiting => _requests.IsAnyWaiting;

    /// <summary>What is to be sent: fresh critical events first, then the backlog, each oldest first.</summary>
    public SendQueue Owed => _offers.Queue;

    /// <summary>Events that were neither delivered nor on disk when the outbox stopped. Their readings are not acknowledged.</summary>
    public int UnsafeAtStop { get; private set; }

    /// <summary>Takes an event over. Blocks while too many wait for the disk, which slows the lanes and so the input.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="receipt">Released once it is safe; null where nobody waits.</param>
    /// <param name="keeper">Keeps it through a kill until then; null: nothing does.</param>
    public void Append(OutboxEntry entry, EventReceipt? receipt = null, PendingEvents? keeper = null)
    {
        Interlocked.Increment(ref Counters.Appended);
        lock (_requests.Gate)
        {
            _requests.Append(new OutboxItem(entry, receipt, keeper));
            Advance();
        }
    }

    /// <summary>Takes over what the previous run had not made safe. Never blocks.</summary>
    public void Recover(OutboxEntry entry, PendingEvents? keeper = null)
    {
        Interlocked.Increment(ref Counters.Recovered);
        _known.Add(entry.Id);
        lock (_requests.Gate)
        {
            _requests.Append(new OutboxItem(entry, receipt: null, keeper), waits: false);
            _requests.Signal();
        }
    }

    /// <summary>Whether the outbox has the event from a previous run, or upstream has acknowledged it.</summary>
    public bool Has(string id) => _known.Has(id);

    /// <summary>Whether a lane's event is one of a previous run. Its message came again, and waits only until that one is safe.</summary>
    public bool IsRepeat(string id)
    {
        if (!_known.Take(id)) return false;
        Interlocked.Increment(ref Counters.Repeated);
        return true;
    }

    /// <summary>
    /// Holds the receipt of a message that the broker repeated: it may be acknowledged when every event that is not safe now
    /// is, for one of them may be its own.
    /// </summary>
    public void Repeat(EventReceipt receipt)
    {
        receipt.AddEvent();
        _requests.Repeat(receipt);
    }

    /// <summary>Notes that upstream has acknowledged the item.</summary>
    public void Acknowledge(OutboxItem item)
    {
        if (!item.Entry.IsReport) _acknowledged?.Note(item.Entry.Id);
        lock (_requests.Gate)
        {
            _requests.Acknowledge(item);
            Advance();
        }
    }

    /// <summary>Quarantines an item that upstream refuses for ever, and counts it as dropped.</summary>
    public void Refuse(OutboxItem item, string reason) => _requests.Refuse(item, reason);

    /// <summary>Takes back an item that could not be sent; it keeps its place in the order.</summary>
    public void Return(OutboxItem item) => _requests.Return(item);

    /// <summary>Takes back an item that is not to be sent for a while; the others go on without it.</summary>
    public void PutOff(OutboxItem item, TimeSpan pause) => _requests.Return(item, NotBefore(pause));

    /// <summary>Says whether waiting for an acknowledgement makes sense; without a link events go to disk at once.</summary>
    public void SetLink(bool isUp) => _requests.SetLink(isUp);

    /// <summary>Asks what the outbox holds. Not answered while its thread waits for the disk, nor after the stop.</summary>
    public Task<OutboxReport> AskAsync() => _requests.Ask();

    /// <summary>Gives up events on disk; returns how many. Not answered while the outbox's thread waits for the disk.</summary>
    /// <param name="only">A severity; null: all.</param>
    /// <param name="age">Those that are at least so old.</param>
    public Task<int> PurgeAsync(Severity? only, TimeSpan age) => _requests.Do(() =>
    {
        _commit.FlushRemoved();
        return _bounds.Purge(only, age);
    });

    /// <summary>Owes again what upstream had refused for ever; returns how many.</summary>
    public Task<int> ReplayAsync() => _requests.Do(() =>
    {
        var again = _store.Replay(_lastSequence, Clock.Ticks);
        foreach (var row in again)
        {
            var item = new OutboxItem(row.Entry) { Sequence = row.Sequence };
            Counters.Recovered++;
            _disk.CountIn(item);
            _lastSequence = row.Sequence;
            _ready.Add(item, isLinkUp: false);
        }
        return again.Count;
    });

    /// <summary>Lets lanes go on that wait in <see cref="Append"/> for a disk that refuses: they are about to stop.</summary>
    public void LetPass() => _requests.LetPass();

    /// <summary>Commits what is not on disk and stops. What is appended afterwards is not taken.</summary>
    public void Stop()
    {
        _requests.Stop();
        _thread.Join();
        lock (_requests.Gate) UnsafeAtStop = _commit.Uncommitted.Count(i => !i.IsDone) + _requests.Appended.Count;
    }

    public void Dispose()
    {
        if (_thread.IsAlive) Stop();
        _store.Dispose();
        _acknowledged?.Dispose();
    }

    /// <summary>Takes what has come and offers it, or leaves that to the outbox's thread. Call under the gate.</summary>
    private void Advance()
    {
        if (!_requests.IsAtRest || _schedule.NeedsThread())
        {
            _requests.Signal();
            return;
        }
        TakeAtHand();
        _offers.Offer();
        if (_schedule.HasWork()) _requests.Signal();
        else _requests.SignalWithin(_schedule.WaitMs());
    }

    private void Run()
    {
        var isLast = false;
        while (!isLast)
        {
            Volatile.Write(ref _turns, _turns + 1);
            isLast = TakeRequests();
            while (_refused.TryDequeue(out var refused))
                if (!_outcomes.TryQuarantine(refused.Item, refused.Reason)) _requests.Return(refused.Item, NotBefore(RefusedPause));
            while (_work.TryDequeue(out var work)) work();
            // One last try, even if the disk has just refused.
            if (isLast || _commit.IsDue(_requests.IsLinkUp) || (_requests.IsStopping && _commit.IsDiskRefusing))
                _commit.Run(_requests.IsLinkUp, _requests.IsStopping);
            // A disk that refuses must not keep the agent from stopping: what is unsafe was never acknowledged.
            if (_requests.IsStopping && _commit.IsDiskRefusing) return;
            _commit.SettleDamage();
            ReportDrops();
            _ready.TakeBack();
            if (_ready.Refill(_commit.Uncommitted)) _commit.NoteOpened();
            _offers.Offer();
        }
    }

    /// <summary>Waits until there is something to do, and takes what has come in; true when it is time to stop.</summary>
    private bool TakeRequests()
    {
        bool isUrgent, isLast;
        lock (_requests.Gate)
        {
            while (!_requests.IsStopping && !_schedule.HasWork())
                _requests.Wait(_schedule.WaitMs());
            // First, so that an answer to who asks is of one moment.
            while (_requests.TryTakeDelivered(out var delivered)) _outcomes.Delivered(delivered);
            while (_requests.TryTakeRefused(out var refused)) _refused.Enqueue(refused);
            while (_requests.TryTakeReturned(out var returned)) _ready.Return(returned.Item, returned.NotBefore);
            while (_requests.TryTakeWork(out var work)) _work.Enqueue(work);
            while (_requests.TryTakeAsked(out var answer))
                answer.TrySetResult(OutboxReport.Of(Counters, _store, _commit.Uncommitted, _requests.Appended, _requests.Waiting));
            if (_requests.IsLinkUp && !_offers.IsLinkUp) _bounds.Hurry();
            _offers.NoteLink(_requests.IsLinkUp, _lastSequence);
            isUrgent = TakeAtHand();
            isLast = _requests.IsStopping && _requests.IsAllTaken;
        }
        if (isUrgent && !_offers.IsLinkUp) _offers.Urge();
        return isLast;
    }

    /// <summary>Takes in events and acknowledgements; true when an event is urgent. Call under the gate.</summary>
    private bool TakeAtHand()
    {
        var isUrgent = false;
        while (_requests.TryTakeDelivered(out var item)) _outcomes.Delivered(item);
        while (_requests.TryTakeRepeated(out var receipt)) _outcomes.Hold(receipt, _requests.Appended);
        _commit.ForgetDone();
        while (_commit.HasRoom && _requests.TryTakeAppended(out var next)) isUrgent |= TakeIn(next);
        _requests.AnnounceRoom();
        return isUrgent;
    }

    /// <summary>Gives a new item its place; true when it is urgent.</summary>
    private bool TakeIn(OutboxItem item)
    {
        item.Sequence = ++_lastSequence;
        item.TakenAt = _time.GetTimestamp();
        _commit.Add(item);
        _ready.Add(item, _offers.IsLinkUp);
        return item.Entry.IsUrgent;
    }

    private void ReportDrops()
    {
        if (!_dropReports.IsDue(_requests.IsLinkUp) || _dropReports.TryMake(_lastSequence + 1, Clock.Ticks) is not { } report) return;
        _lastSequence = report.Sequence;
        _ready.Add(report, _offers.IsLinkUp);
    }

    private long NotBefore(TimeSpan pause) => _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
}

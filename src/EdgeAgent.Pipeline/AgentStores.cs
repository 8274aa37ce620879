using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// What the agent keeps in its folders: its state, what it owes, what it could not use. Opened all together, or not at all.
/// </summary>
internal sealed class AgentStores : IDisposable
{
    private readonly Stack<IDisposable> _opened = new();

    /// <param name="options">The configuration.</param>
    /// <param name="lanes">How many lanes there are.</param>
    /// <param name="isWarm">Whether devices go on where they were when the run before ended, and are kept.</param>
    /// <param name="report">Makes the event that reports drops.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Told of trouble.</param>
    /// <exception cref="IOException">The folder cannot be used, or another agent uses it.</exception>
    public AgentStores(
        AgentOptions options, int lanes, bool isWarm, Func<IReadOnlyList<Gap>, EncodedEvent> report, TimeProvider time, ILoggerFactory logs)
    {
        var folder = options.StateFolder;
        PrivateFiles.CreateFolder(folder);
        FolderRights.Secure(folder, logs.CreateLogger("state"));
        try
        {
            _opened.Push(StateLock.Take(folder));
            DeadLetter = Opened(new DeadLetter(Path.Combine(folder, "dead-letter.jsonl"), logs.CreateLogger("decode"), time));
            State = isWarm ? Opened(new WarmState(options.State, lanes, time, logs.CreateLogger("state"))) : null;
            var store = OutboxStore.Open(
                Path.Combine(folder, "outbox.db"), time, logs.CreateLogger("outbox"), new StoreBudget(options.Upstream.Outbox.Size).Log);
            var acknowledged = State is null ? null : new AcknowledgedIds(State.Folder, logs.CreateLogger("state"));
            Outbox = Opened(new EventOutbox(
                store, options.Upstream.Outbox, time, logs.CreateLogger("outbox"), report, acknowledged, new SteadyClock(time).IsSynced()));
            Pending = State is null ? [] : UnsafeEvents.Recover(State, Outbox, logs.CreateLogger("state"));
        }
        catch
        {
            Dispose();
            throw;
        }

        T Opened<T>(T store) where T : IDisposable
        {
            _opened.Push(store);
            return store;
        }
    }

    public DeadLetter DeadLetter { get; }
    /// <summary>What is known of devices; null: it is not kept.</summary>
    public WarmState? State { get; }
    public EventOutbox Outbox { get; }
    /// <summary>The places of events that are not safe yet, one a lane; none where state is not kept.</summary>
    public IReadOnlyList<PendingEvents> Pending { get; }

    public void Dispose()
    {
        while (_opened.TryPop(out var store))
            store.Dispose();
    }
}

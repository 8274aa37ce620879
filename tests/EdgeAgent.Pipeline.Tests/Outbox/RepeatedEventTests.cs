using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>The readings that a killed agent had in hand are judged again; the events that they gave before are not owed again.</summary>
public sealed class RepeatedEventTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();
    private readonly Acknowledgements _acknowledgements = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void An_event_that_is_on_disk_is_not_appended_again_and_its_message_is_acknowledged()
    {
        using (var store = Open()) store.Commit([Some.Entry("a").At(1)], []);
        using var outbox = Start();
        var sink = new OutboxSink(new AgentIdentity("site", "gw"), new EventOptions(), outbox);
        sink.Take(Event("a"), Receipt());
        Some.Until(() => _acknowledgements.Acknowledged == 1, "the acknowledgement");
        sink.Take(Event("b"), Receipt());
        Some.Until(() => _acknowledgements.Acknowledged == 2, "the other's commit");
        Assert.Equal((1, 2), (outbox.Counters.Appended, outbox.Counters.Owed));
        // A restart repeats a reading once; from then on it is someone else's wish.
        sink.Take(Event("a"), null);
        Assert.Equal(3, outbox.Counters.Owed);
        // The lane told three, one of which had been told before and was found on disk.
        Assert.True(LedgerReader.Read([], [new LaneCounters { Events = 3 }], [], outbox.Counters) is { IsBalanced: true, Events: 3 });
    }

    [Fact]
    public void An_event_that_upstream_acknowledged_is_not_sent_again()
    {
        using (var before = new AcknowledgedIds(_temp.Path, _log)) before.Note("a");
        using var outbox = Start();
        new OutboxSink(new AgentIdentity("site", "gw"), new EventOptions(), outbox).Take(Event("a"), Receipt());
        Some.Until(() => _acknowledgements.Acknowledged == 1, "the acknowledgement");
        Assert.Equal((0, 0), (outbox.Counters.Appended, outbox.Counters.Owed));
    }

    [Fact]
    public void The_message_of_an_event_that_was_taken_over_waits_until_that_is_safe()
    {
        using (Open()) { }
        using var outbox = Start();
        Execute("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        outbox.Recover(Some.Entry("a"));
        Some.Until(() => outbox.Counters.CommitFailures > 0, "the refusal");
        new OutboxSink(new AgentIdentity("site", "gw"), new EventOptions(), outbox).Take(Event("a"), Receipt());
        Thread.Sleep(100);
        Assert.Equal(0, _acknowledgements.Acknowledged);

        Execute("DROP TRIGGER full");

        Some.Until(() => _acknowledgements.Acknowledged == 1, "the acknowledgement");
        Assert.Equal((1, 0, 1), (outbox.Counters.Recovered, outbox.Counters.Appended, outbox.Counters.OnDisk));
    }

    [Fact]
    public void Of_very_many_on_disk_the_youngest_are_known()
    {
        using (var store = Open()) store.Commit(Enumerable.Range(1, 10_000).Select(i => Some.Entry($"e{i}").At(i)), []);
        using var outbox = Start();
        Assert.True(outbox.Has("e10000"));
        Assert.True(outbox.Has("e2000"));
        Assert.False(outbox.Has("e1"));
    }

    private EventOutbox Start() =>
        new(Open(), Some.OutboxOptions(), TimeProvider.System, _log, acknowledged: new AcknowledgedIds(_temp.Path, _log));

    private OutboxStore Open() => OutboxStore.Open(_temp.File("outbox.db"), TimeProvider.System, _log);

    private static AnomalyEvent Event(string id) => Some.Anomaly(a => a with { Id = id });

    /// <summary>A message's receipt as a lane hands it over with its only event.</summary>
    private EventReceipt Receipt() => new(_acknowledgements, token: 1);

    private void Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_temp.File("outbox.db")};Pooling=False");
        connection.Open();
        OutboxSchema.Execute(connection, sql);
    }
}

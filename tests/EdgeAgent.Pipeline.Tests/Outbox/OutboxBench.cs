using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.TestData;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>An outbox on a folder of its own that knows which receipts were released.</summary>
internal sealed class OutboxBench : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;

    private readonly bool _tellsDrops;
    private readonly GapReport _report;

    /// <param name="change">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tellsDrops">Whether upstream is told of what was dropped, by an event more.</param>
    public OutboxBench(Action<OutboxOptions>? change = null, TimeProvider? time = null, bool tellsDrops = true)
    {
        _tellsDrops = tellsDrops;
        _options = Some.OutboxOptions(change);
        _time = time ?? TimeProvider.System;
        _report = new GapReport(new AgentIdentity("site", "gw"), new EventOptions(), _time);
        Outbox = Open();
    }

    public EventOutbox Outbox { get; private set; }
    public OutboxCounters Counters => Outbox.Counters;
    public LogLines Log { get; } = new();
    public string File => _temp.File("outbox.db");

    /// <summary>Whether a time service has set the clock of the next run.</summary>
    public bool IsClockSynced { get; set; } = true;

    /// <summary>Ends the run and begins another.</summary>
    /// <param name="between">Done while there is none.</param>
    public void Reopen(Action? between = null)
    {
        Outbox.Dispose();
        between?.Invoke();
        Outbox = Open();
    }

    /// <summary>Appends an event; the answer tells whether its reading was acknowledged.</summary>
    public Func<bool> Append(string id, int bytes = 10, long? createdTicks = null, Severity severity = Severity.Warning)
    {
        var acknowledgements = new Acknowledgements();
        var receipt = new EventReceipt(acknowledgements, token: 1);
        Outbox.Append(Some.Entry(id, createdTicks, bytes, severity), receipt);
        return () => acknowledgements.Acknowledged == 1;
    }

    public OutboxItem Take()
    {
        OutboxItem? entry = null;
        Some.Until(() => Outbox.Owed.TryRead(out entry), "an owed entry");
        return entry!;
    }

    /// <summary>Rows on disk, seen through a connection of its own.</summary>
    public long Rows() => Convert.ToInt64(Execute("SELECT count(*) FROM outbox"));

    /// <summary>What is quarantined, as <c>outbox list --quarantined</c> sees it.</summary>
    public List<ViewedRow> Quarantined()
    {
        using var reader = new OutboxReader(File);
        return [.. reader.Rows(isQuarantined: true)];
    }

    /// <summary>Makes every commit fail that adds a row, as a full disk would.</summary>
    public void BreakDisk() => Execute("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");

    public void MendDisk() => Execute("DROP TRIGGER full");

    public object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        Outbox.Dispose();
        _temp.Dispose();
    }

    private EventOutbox Open() => new(
        OutboxStore.Open(File, TimeProvider.System, Log, new StoreBudget(_options.Size).Log),
        _options, _time, Log, _tellsDrops ? _report.Of : null, isClockSynced: IsClockSynced);
}

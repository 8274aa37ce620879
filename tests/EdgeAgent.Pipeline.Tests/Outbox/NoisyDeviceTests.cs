using System.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>A full outbox: who reports much pushes out what it reported itself, and somebody hears of it.</summary>
public sealed class NoisyDeviceTests
{
    private const int Noise = 3000;

    [Fact]
    public void Noisy_devices_push_out_their_own_events_and_not_the_one_of_an_honest_device()
    {
        using var bench = Noisy();

        Assert.Equal("honest-1", bench.Execute("SELECT id FROM outbox WHERE id = 'honest-1'"));
        Assert.True(bench.Counters.DroppedFull > 1000);
        Assert.Equal(bench.Counters.OnDisk, bench.Rows());
        // It is delivered, and so is everything else that is left.
        bench.Outbox.SetLink(true);
        var ids = new List<string>();
        Some.Until(() =>
        {
            while (bench.Outbox.Owed.TryRead(out var item))
            {
                ids.Add(item.Entry.Id);
                bench.Outbox.Acknowledge(item);
            }
            return bench.Counters.Owed == 0;
        }, "the books", 30);
        Assert.Contains("honest-1", ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal((bench.Counters.Appended, bench.Counters.Delivered), (Noise + 1, Noise + 1 - bench.Counters.DroppedFull));
    }

    [Fact]
    public void What_devices_owed_before_a_restart_counts_too()
    {
        using var bench = new OutboxBench(o => o.Size = 1 << 20);
        Append(bench, "old", "honest");
        // Of these each owes as much as a few of the honest ones together, and what is there just fits.
        for (var i = 0; i < 500; i++) Append(bench, $"before-{i}", "loud");
        Some.Until(() => bench.Counters.Stored == 501, "the first run's", 60);
        Assert.Equal(0, bench.Counters.DroppedFull);
        bench.Reopen();
        for (var i = 0; i < 400; i++) Append(bench, $"after-{i}", $"honest {i / 4}");
        Some.Until(() => bench.Counters.Stored == 400, "the second run's", 60);
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");

        Assert.True(bench.Counters.DroppedFull > 0);
        Assert.Equal("1", bench.Execute("SELECT count(*) FROM outbox WHERE id = 'old'")!.ToString());
        Assert.Equal("400", bench.Execute("SELECT count(*) FROM outbox WHERE id LIKE 'after-%'")!.ToString());
        // Of the loud one the oldest went.
        Assert.Equal(
            $"before-{bench.Counters.DroppedFull}",
            bench.Execute("SELECT id FROM outbox WHERE id LIKE 'before-%' ORDER BY sequence LIMIT 1"));
    }

    [Fact]
    public void Where_all_owe_alike_the_oldest_goes_first()
    {
        using var bench = new OutboxBench(o => o.Size = 1 << 20);
        for (var i = 0; i < 2000; i++) Append(bench, $"id-{i}", $"device {i}");
        Some.Until(() => bench.Counters.Stored == 2000, "all", 60);
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");

        Assert.True(bench.Counters.DroppedFull > 500);
        Assert.Equal($"id-{bench.Counters.DroppedFull}", bench.Execute("SELECT id FROM outbox ORDER BY sequence LIMIT 1"));
    }

    [Fact]
    public void Devices_without_end_are_not_told_apart_without_end()
    {
        using var bench = new OutboxBench();
        bench.Outbox.Dispose();
        using var store = OutboxStore.Open(bench.File, TimeProvider.System, bench.Log);
        var shares = new DeviceShares(store);
        Assert.Equal(0, shares.Level(Severity.Info, 1));
        for (var i = 0; i < DeviceShares.DevicesLimit + 100; i++) shares.Add(Entry($"id-{i}", $"device {i}", 10));

        Assert.Equal((1, 100), (shares.Of(Severity.Info, "device 7"), shares.Of(Severity.Info, $"device {DeviceShares.DevicesLimit + 7}")));
        // Who makes up names gives way first.
        Assert.Equal(50, shares.Level(Severity.Info, 50));
    }

    [Fact]
    public void What_was_dropped_is_reported_with_its_devices()
    {
        using var bench = Noisy();
        bench.Outbox.SetLink(true);
        OutboxItem? record = null;
        Some.Until(() =>
        {
            while (record is null && bench.Outbox.Owed.TryRead(out var item))
                if (item.Entry.IsReport) record = item;
                else bench.Outbox.Acknowledge(item);
            return record is not null;
        }, "the record", 30);
        using var json = JsonDocument.Parse(record!.Entry.Payload);
        var dropped = json.RootElement.GetProperty("data").GetProperty("dropped").EnumerateArray().Single();
        Assert.Equal(("full", "critical"), (dropped.GetProperty("reason").GetString(), dropped.GetProperty("severity").GetString()));
        Assert.Equal(20, dropped.GetProperty("deviceCount").GetInt32());
        var devices = dropped.GetProperty("devices").EnumerateArray().ToList();
        Assert.Equal(8, devices.Count);
        Assert.All(devices, d => Assert.StartsWith("noisy \"", d.GetProperty("device").GetString()));
        Assert.All(devices, d => Assert.InRange(d.GetProperty("count").GetInt32(), 1, Noise));
    }

    [Fact]
    public void Drops_are_a_trouble_while_they_happen_and_for_an_hour_after_and_the_log_says_how_bad_they_were()
    {
        using var bench = Noisy();
        var trouble = Assert.Single(OutboxTroubles.Find(bench.Counters, isInputWaiting: false, "/x", DateTimeOffset.UtcNow));
        Assert.Contains($"{bench.Counters.DroppedFull:#,0} of them critical", trouble.Text);
        Assert.Contains("upstream.buffer.size", trouble.Remedy);
        Assert.Empty(OutboxTroubles.Find(bench.Counters, isInputWaiting: false, "/x", DateTimeOffset.UtcNow.AddHours(2)));
        // Once a minute, though it dropped with each of many commits.
        var lines = bench.Log.Lines.Where(l => l.StartsWith("the outbox is full", StringComparison.Ordinal)).ToList();
        Assert.Matches(@" events? dropped \(\d+ critical\) of noisy ", lines[0]);
        Assert.InRange(lines.Count, 1, bench.Counters.Commits / 5);
    }

    [Theory]
    [InlineData("{\"source\":\"/x\",\"subject\":\"pump 1\",\"id\":\"a\"}", "pump 1")]
    [InlineData("{\"subject\":\"pümp\"}", "pümp")]
    [InlineData("{\"subject\":\"a\\u0041\\\\\"}", "aA\\")]
    [InlineData("{\"rule\":\"\\\"subject\\\":\\\"other\\\"\"}", "")]
    [InlineData("{\"subject\":\"never ends", "")]
    [InlineData("nothing", "")]
    [InlineData("", "")]
    public void Whose_an_event_is_stands_in_its_message(string message, string device)
    {
        var payload = Encoding.UTF8.GetBytes(message);
        Assert.Equal(device, RowDevice.Of(payload));
        using var bench = new OutboxBench();
        bench.Outbox.Append(new OutboxEntry("id", "t", payload, Severity.Info, DateTime.UtcNow.Ticks));
        Some.Until(() => bench.Counters.Stored == 1, "stored");
        bench.Outbox.Dispose();
        using var store = OutboxStore.Open(bench.File, TimeProvider.System, bench.Log);
        Assert.Equal(device, Assert.Single(store.Oldest((int)Severity.Info, 10)).Device);
        var shares = new DeviceShares(store);
        Assert.Equal(0, shares.Level(Severity.Info, 1));
        Assert.Equal(1, shares.Of(Severity.Info, device));
    }

    /// <summary>An honest device reports one event, then twenty others report many more than there is room for.</summary>
    private static OutboxBench Noisy()
    {
        var bench = new OutboxBench(o => o.Size = 1 << 20);
        Append(bench, "honest-1", "honest");
        for (var i = 0; i < Noise; i++)
            Append(bench, $"noise-{i}", $"noisy \\u0022{i % 20}");
        Some.Until(() => bench.Counters.Stored == Noise + 1, "all went through the disk", 60);
        Some.Until(() => bench.Outbox.AskAsync().Result.Entries == bench.Rows(), "rest");
        return bench;
    }

    private static void Append(OutboxBench bench, string id, string device) =>
        bench.Outbox.Append(Entry(id, device, 900, Severity.Critical));

    private static OutboxEntry Entry(string id, string device, int bytes, Severity severity = Severity.Info) => new(
        id, "alarms", Encoding.UTF8.GetBytes($"{{\"specversion\":\"1.0\",\"subject\":\"{device}\",\"data\":\"{new string('x', bytes)}\"}}"),
        severity, DateTime.UtcNow.Ticks);
}

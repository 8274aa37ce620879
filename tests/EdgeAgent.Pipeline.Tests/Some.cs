using System.Text;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Test data.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static FakeTimeProvider Clock() => new(Start);

    public static SourceOptions Source(Action<SourceOptions>? change = null)
    {
        var source = new SourceOptions
        {
            Name = "pumps",
            Topics = ["plant/+/telemetry"],
            Device = "topic[1]",
            Time = "ts",
            ChannelsBelow = "values",
        };
        change?.Invoke(source);
        return source;
    }

    /// <summary>Messages of one reading each of channel a, one a second, from a device of lane 0.</summary>
    public static RowBatch Batch(
        int messages, Device? device = null, int firstSecond = 0, IAcknowledger? acknowledger = null, Action<RowBatch>? returned = null) =>
        Fill(new RowBatch(returned), messages, device, firstSecond, acknowledger);

    public static RowBatch Fill(
        RowBatch batch, int messages, Device? device = null, int firstSecond = 0, IAcknowledger? acknowledger = null)
    {
        device ??= new Device("pump", "pumps", 0);
        for (var i = 0; i < messages; i++)
        {
            batch.AddMessage(device, OneChannel, acknowledger, token: i);
            batch.AddRow(Start.UtcTicks + (firstSecond + i) * TimeSpan.TicksPerSecond, [0]);
        }
        return batch;
    }

    private static readonly ChannelNames OneChannel = new(["a"]);

    /// <summary>What its lane keeps with a device that has sent something.</summary>
    public static DeviceTrack Track(Device device) => (DeviceTrack)device.LaneData!;

    public static OutboxOptions OutboxOptions(Action<OutboxOptions>? change = null)
    {
        var options = new OutboxOptions { GroupCommit = TimeSpan.FromMilliseconds(20) };
        change?.Invoke(options);
        return options;
    }

    public static OutboxEntry Entry(string id, long? createdTicks = null, int bytes = 10, Severity severity = Severity.Warning) =>
        new(id, "anomalies/site/pump", new byte[bytes], severity, createdTicks ?? DateTime.UtcNow.Ticks);

    public static AnomalyEvent Anomaly(Func<AnomalyEvent, AnomalyEvent>? change = null)
    {
        var anomaly = new AnomalyEvent
        {
            Kind = EventKind.Opened,
            Id = "0123456789abcdef0123456789abcdef-1",
            AnomalyId = "0123456789abcdef0123456789abcdef",
            Device = "pump-7",
            Detector = "health",
            Model = "pump-health",
            ModelVersion = "1.0.0",
            TimeTicks = Start.UtcTicks,
            StartedTicks = Start.UtcTicks,
            PeakTicks = Start.UtcTicks,
            Score = 1.5f,
            Peak = 2.25f,
            Severity = Severity.Critical,
            Channels = [new ChannelCause("pressure", "bar", 3.5f, 2.5f, 1)],
            FeatureNames = ["pressure.mean8"],
            Features = [0.25f],
        };
        return change is null ? anomaly : change(anomaly);
    }

    /// <summary>Waits for something another thread does; fails after <paramref name="seconds"/>.</summary>
    public static void Until(Func<bool> condition, string what, double seconds = 8)
    {
        if (!SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(seconds))) Assert.Fail($"did not come about: {what}");
    }

    public static async Task UntilAsync(Func<bool> condition, string what, double seconds = 8)
    {
        var until = Environment.TickCount64 + (long)(seconds * 1000);
        while (!condition())
        {
            if (Environment.TickCount64 > until) Assert.Fail($"did not come about: {what}");
            await Task.Delay(2);
        }
    }
}

internal static class SomeEntries
{
    public static StoredEvent At(this OutboxEntry entry, long sequence) => new(sequence, entry);

    extension(StoredEvent row)
    {
        public string Id => row.Entry.Id;
        public string Topic => row.Entry.Topic;
        public byte[] Payload => row.Entry.Payload;
        public Severity Severity => row.Entry.Severity;
        public long CreatedTicks => row.Entry.CreatedTicks;
        public long StoredBytes => row.Entry.StoredBytes;
    }

    extension(OutboxItem item)
    {
        public string Id => item.Entry.Id;
        public string Topic => item.Entry.Topic;
        public byte[] Payload => item.Entry.Payload;
    }
}

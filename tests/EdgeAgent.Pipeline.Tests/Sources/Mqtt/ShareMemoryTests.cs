using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.Tests.State;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

[Collection(Weighing.Name)]
public sealed class ShareMemoryTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Whose_a_device_is_costs_nothing_once_it_is_gone()
    {
        var group = new ShareGroup("share/", "a", "pumps", new ShareOptions(), _temp.File("members"), new LogLines());
        foreach (var member in new[] { "a", "b" }) group.Take(Some.Utf8($"share/{member}"), "here"u8);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var ours = 0;
        for (var i = 0; i < 50_000; i++)
            if (group.IsOurs(new Device($"device-{i}", "pumps", 0))) ours++;
        Assert.InRange(ours, 20_000, 30_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
        GC.KeepAlive(group);
    }

    [Fact]
    public void A_message_of_another_s_device_allocates_nothing_however_many_devices_the_others_have()
    {
        var group = new ShareGroup("share/", "a", "pumps", new ShareOptions(), _temp.File("members"), new LogLines());
        foreach (var member in new[] { "a", "b", "c" }) group.Take(Some.Utf8($"share/{member}"), "here"u8);
        var counters = new SourceCounters();
        // It remembers 2,068 topics; there are ten times as many.
        var deadLetter = new DeadLetter(null, new LogLines(), TimeProvider.System);
        using var intake = new RowIntake(Some.Source(s => s.DeviceLimit = 10), [], deadLetter, counters) { Share = group };
        var topics = Enumerable.Range(0, 20_000).Where(i => !group.IsOurs(Encoding.UTF8.GetBytes($"device-{i}")))
            .Select(i => Encoding.UTF8.GetBytes($"plant/device-{i}/telemetry")).ToArray();
        Send(intake, topics);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Send(intake, topics);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * topics.Length, counters.FilteredOthers);
    }

    private static void Send(RowIntake intake, byte[][] topics)
    {
        foreach (var topic in topics) intake.Take(topic, "{}"u8, 0, null, 0, false, out _);
    }
}

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
}

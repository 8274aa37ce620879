using EdgeAgent.Pipeline.State;
using EdgeAgent.Pipeline.Tests.Outbox.Salvage;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>What is to outlive the process, on a disk in memory without room. Needs root, for it mounts.</summary>
public sealed class NotKeptTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _disk;

    public NotKeptTests()
    {
        _disk = Directory.CreateDirectory(_temp.File("runtime")).FullName;
        PowerCutTests.Sh($"mount -t tmpfs -o size=2m tmpfs {_disk}");
        Directory.CreateDirectory(_temp.File("state"));
    }

    [Fact]
    public void A_live_file_that_cannot_grow_is_a_trouble_that_says_where_and_what_to_do()
    {
        using var bench = new StateBench(runtime: _disk);
        Assert.Empty(StateTroubles.Find(bench.State));
        PowerCutTests.Sh($"cat /dev/zero > {_disk}/filler 2>/dev/null; true");
        for (var i = 0; i < 400; i++) bench.Send($"pump-{i}", 0, 0);
        bench.Flush();

        var trouble = Assert.Single(StateTroubles.Find(bench.State));
        Assert.Contains($"{_disk}/lane-0.devices: No space left on device; ", trouble.Text);
        Assert.Contains($"make room in {_disk}", trouble.Remedy);
    }

    [Fact]
    public void A_live_file_that_could_not_be_made_or_was_taken_away_is_a_trouble_too()
    {
        PowerCutTests.Sh($"cat /dev/zero > {_disk}/filler 2>/dev/null; true");
        using (var full = new WarmState(Options, 2, TimeProvider.System, new LogLines()))
        {
            full.Begin();
            Assert.Contains("(and 1 more)", Assert.Single(StateTroubles.Find(full)).Text);
        }
        PowerCutTests.Sh($"rm {_disk}/filler");
        using var state = new WarmState(Options, 1, TimeProvider.System, new LogLines());
        state.Begin();
        Assert.Empty(StateTroubles.Find(state));

        PowerCutTests.Sh($"rm {_disk}/lane-0.devices");

        Assert.Contains("somebody has taken it away", Assert.Single(StateTroubles.Find(state)).Text);
        Assert.Empty(StateTroubles.Find(null));
    }

    public void Dispose()
    {
        PowerCutTests.Sh($"umount -l {_disk}");
        _temp.Dispose();
    }

    private StateOptions Options => new(_temp.File("state"), _disk, TimeSpan.FromMinutes(5));
}

using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>Where the devices lie in the file that outlives the process, through kills and starts.</summary>
public sealed class PlacesTests
{
    [Fact]
    public void A_start_after_a_kill_takes_no_more_room_however_often()
    {
        using var bench = Filled();
        bench.Restart(Ending.Kill);
        Open(bench, 1);
        var before = new FileInfo(bench.DevicesFile).Length;
        for (var round = 2; round < 60; round++)
        {
            bench.Restart(Ending.Kill);
            // Each opens and closes an anomaly: its slot becomes larger and smaller again, at another place.
            Open(bench, round);
        }
        Assert.Equal(before, new FileInfo(bench.DevicesFile).Length);
        Assert.Equal(20, bench.State.Files[0].Slots().Length);
    }

    [Fact]
    public void Devices_stay_where_they_are_when_the_agent_starts_again()
    {
        using var bench = Filled();
        bench.End(Ending.Kill);
        var before = Names(File.ReadAllBytes(bench.DevicesFile));
        bench.Start();
        Assert.Equal(before, Names(File.ReadAllBytes(bench.DevicesFile)));
        Assert.Single(Directory.GetFiles(bench.Options.RuntimeFolder, "*.devices*"));
        Assert.Equal(20, bench.State.Lanes[0].Waiting);
    }

    [Fact]
    public void With_more_or_fewer_lanes_each_device_is_in_its_lanes_file()
    {
        using var bench = Filled();
        foreach (var lanes in new[] { 3, 1, 4, 2 })
        {
            bench.Restart(Ending.Kill, lanes);
            Assert.Equal(20, bench.State.Files.Sum(f => f.Slots().Length));
            Assert.Equal(20, bench.State.Lanes.Sum(l => l.Waiting));
            Assert.Equal(lanes, Directory.GetFiles(bench.Options.RuntimeFolder, "*.devices").Length);
        }
    }

    [Fact]
    public void A_peak_that_nothing_tells_of_any_more_gives_its_memory_back()
    {
        using var bench = Filled();
        var track = Some.Track(bench.Device("pump-1")).Detectors[0];
        for (var i = 0; i < 8; i++) bench.Send("pump-1", 60 + i, 40);
        bench.Flush();
        Assert.True(track.Decision.PeakRecord.IsThere);
        for (var i = 0; i < 100; i++)
        {
            bench.Send("pump-1", 68 + i, i % 2);
            bench.Flush();
        }
        Assert.False(track.Decision.PeakRecord.IsThere);
        bench.Restart(Ending.Kill);
        bench.Wait(32);
        for (var i = 0; i < 8; i++) bench.Send("pump-1", 200 + i, 40);
        bench.Flush();
        Assert.Equal(3, bench.Events.Count);
    }

    /// <summary>Where each device's name stands.</summary>
    private static List<int> Names(byte[] file) =>
        [file.Length, .. Enumerable.Range(0, 20).Select(i => file.AsSpan().IndexOf(Some.Utf8($"healthpump-{i}\0")))];

    private static void Open(StateBench bench, int round)
    {
        for (var i = 0; i < 16; i++)
        {
            bench.Send($"pump-{round % 20}", round * 1000 + i, i < 8 ? 40 : i % 2);
            bench.Flush();
        }
    }

    private static StateBench Filled()
    {
        var bench = new StateBench();
        for (var i = 0; i < 50; i++)
            for (var device = 0; device < 20; device++)
                bench.Send($"pump-{device}", i, i % 2);
        bench.Flush();
        return bench;
    }
}

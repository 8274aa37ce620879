using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>A device that makes room for another is given up in good order.</summary>
public sealed class LeavingTests : IDisposable
{
    private readonly StateBench _bench = new();
    private readonly Device _next = new("next", "pumps", 0);

    [Fact]
    public void What_is_open_of_it_is_closed_and_its_slot_is_another_s()
    {
        Calibrate("old");
        for (var i = 0; i < 10; i++) Send("old", 100 + i, 60);
        Assert.Contains("anomaly.opened", _bench.Events[^1]);
        Assert.Equal(1L, Open);
        var old = _bench.Device("old");

        Leave(old);

        Assert.Contains("anomaly.closed", _bench.Events[^1]);
        Assert.Contains("\"removed\"", _bench.Events[^1]);
        Assert.Equal((0L, 0), (Open, _bench.Lanes[0].Tracks.Count(t => t.Device == old)));
        Assert.Single(_bench.State.Files[0].Slots());
        // Its last batches, if there were any, are nobody's.
        Assert.DoesNotContain(_bench.Lanes[0].Tracks, t => t.Device.Name == "old");
    }

    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void It_learns_anew_when_it_comes_again_after_a_restart_too(Ending ending)
    {
        Calibrate("old");
        Leave(_bench.Device("old"));
        _bench.Restart(ending);
        var before = _bench.Scores.Count;
        for (var i = 0; i < 20; i++) Send("old", 200 + i, 0);
        Assert.Equal(before, _bench.Scores.Count);
        Calibrate("old", 220);
        Send("old", 300, 0);
        Assert.InRange(_bench.Scores.Count, before + 1, before + 60);
    }

    [Fact]
    public void A_device_that_made_room_does_not_come_back_with_an_older_checkpoint_after_a_kill()
    {
        Calibrate("old");
        Calibrate("stays");
        for (var i = 0; i < 10; i++) Send("old", 100 + i, 60);
        Assert.Contains("anomaly.opened", _bench.Events[^1]);
        CheckpointFile.Write(_bench.Checkpoint, _bench.State.Files, isOrderly: false);
        Leave(_bench.Device("old"));
        Assert.Contains("anomaly.closed", _bench.Events[^1]);
        var told = _bench.Events.Count;

        _bench.Restart(Ending.Kill);

        // The one that stays, and the one for which there was to be room.
        Assert.Equal(2, _bench.State.Lanes[0].Waiting);
        for (var i = 0; i < 10; i++) Send("old", 200 + i, 60);
        Assert.Equal(told, _bench.Events.Count);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("of another boot")]
    [InlineData("damaged")]
    public void Where_the_files_do_not_have_all_devices_the_checkpoint_still_counts(string what)
    {
        Calibrate("old");
        Calibrate("stays");
        CheckpointFile.Write(_bench.Checkpoint, _bench.State.Files, isOrderly: false);
        Leave(_bench.Device("old"));
        _bench.End(Ending.Kill);
        var bytes = File.ReadAllBytes(_bench.DevicesFile);
        if (what == "lost") File.Delete(_bench.DevicesFile);
        else if (what == "damaged") bytes[bytes.AsSpan().IndexOf(Some.Utf8("healthstays")) + 8] ^= 1;
        // Behind magic and format.
        else bytes[12] ^= 1;
        if (what != "lost") File.WriteAllBytes(_bench.DevicesFile, bytes);

        _bench.Start();

        // Of a damaged file the one for which there was to be room is whole.
        Assert.Equal(what == "damaged" ? 3 : 2, _bench.State.Lanes[0].Waiting);
    }

    [Fact]
    public void Devices_that_come_and_go_by_the_thousand_need_the_room_of_one()
    {
        for (var i = 0; i < 2000; i++)
        {
            Send($"junk-{i}", i, 0);
            if (i > 0) Leave(_bench.Device($"junk-{i - 1}"));
        }
        Assert.InRange(_bench.State.Files[0].Slots().Length, 1, 2);
        Assert.InRange(_bench.Lanes[0].Tracks.Count, 1, 2);
        Assert.InRange(new FileInfo(_bench.LiveFile).Length, 1, 4 << 20);
    }

    public void Dispose() => _bench.Dispose();

    private long Open => _bench.Lanes[0].Detectors.Sum(d => d.Counters.Open);

    private void Calibrate(string device, long from = 0)
    {
        for (var i = 0; i < 40; i++) Send(device, from + i, i % 2 * 0.01);
    }

    private void Send(string device, long second, double value)
    {
        _bench.Send(device, second, value);
        _bench.Flush();
    }

    /// <summary>Another device's message, with the news that this one has left.</summary>
    private void Leave(Device device)
    {
        var batch = new RowBatch();
        batch.AddLeaving([device]);
        batch.AddMessage(_next, new(["a", "b"]));
        batch.AddRow(Some.Start.UtcTicks, [0, 0]);
        _bench.Lanes[0].Take(batch);
        batch.Return();
    }
}

using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>A lane on a thread of its own, asked and told by others.</summary>
public sealed class LaneRequestsTests : IDisposable
{
    private readonly LaneBench _bench = new();
    private readonly LaneQueue _queue;
    private readonly LaneRequests _desk;
    private readonly Thread _thread;

    public LaneRequestsTests()
    {
        _queue = new LaneQueue(_bench.Lane, e => Assert.Fail(e.Message));
        _desk = new LaneRequests([_bench.Lane], [_queue], TimeProvider.System);
        _thread = new Thread(_queue.RunAll);
    }

    public void Dispose()
    {
        _queue.Complete();
        if (_thread.IsAlive) _thread.Join();
        _bench.Dispose();
    }

    [Fact]
    public async Task What_was_learned_is_told_by_device_and_detector()
    {
        _bench.SendJson("""{"ts": 1, "values": {"a": 2}}""", device: "young");
        _bench.SendJson("""{"ts": 1, "values": {"a": 2}}""").SendJson("""{"ts": 2, "values": {"a": 4}}""");
        _thread.Start();

        var views = (await _desk.CalibrationsAsync())!;

        Assert.Equal([("pump-7", "health", "steady", 2), ("young", "health", "learning", 1)],
            views.Select(v => (v.Device, v.Detector, v.State, v.Readings)));
        Assert.Equal((new ChannelView("a", "V", 3, 1), 2), (views[0].Channels.Single(), views[0].Needed));
        Assert.Equal("young", Assert.Single((await _desk.CalibrationsAsync("young"))!).Device);
        var learned = (await _desk.LearnedAsync())!["health"];
        Assert.Equal((1, 1), (learned.Count(l => l.IsComplete), learned.Count(l => !l.IsComplete)));
    }

    [Fact]
    public async Task A_device_is_learned_anew_and_others_are_not()
    {
        foreach (var device in new[] { "moved", "other" })
            _bench.SendJson("""{"ts": 1, "values": {"a": 0}}""", device: device).SendJson("""{"ts": 2, "values": {"a": 0}}""", device: device);
        _thread.Start();

        Assert.Equal(1, await _desk.LearnAnewAsync("moved", null));

        var views = (await _desk.CalibrationsAsync())!;
        Assert.Equal([(CalibrationView.Learning, 0), ("steady", 2)], views.Select(v => (v.State, v.Readings)));
        Stop();
        _bench.SendJson("""{"ts": 3, "values": {"a": 10}}""", device: "moved").SendJson("""{"ts": 4, "values": {"a": 10}}""", device: "moved");
        Assert.Empty(_bench.Scores);
        _bench.SendJson("""{"ts": 5, "values": {"a": 10}}""", device: "moved");
        Assert.Equal([0f], _bench.Scores);
    }

    [Fact]
    public async Task An_anomaly_of_a_device_that_fell_silent_is_listed_with_its_last_reading()
    {
        foreach (var device in new[] { "silent", "well" })
            _bench.SendJson("""{"ts": 1, "values": {"a": 0}}""", device: device).SendJson("""{"ts": 2, "values": {"a": 0}}""", device: device);
        foreach (var ts in Enumerable.Range(3, 6))
            _bench.SendJson($$$"""{"ts": {{{ts}}}, "values": {"a": 50}}""", device: "silent").SendJson($$$"""{"ts": {{{ts}}}, "values": {"a": 0}}""", device: "well");
        _bench.SendJson("""{"ts": 60, "values": {"a": 0}}""", device: "well");
        _thread.Start();

        var open = Assert.Single((await _desk.OpenAnomaliesAsync())!);

        Assert.Equal(("silent", "health"), (open.Device, open.Detector));
        Assert.Equal(DateTime.UnixEpoch.Ticks + 8 * TimeSpan.TicksPerSecond, open.LastReadingTicks);
        Assert.InRange(open.StartedTicks, DateTime.UnixEpoch.Ticks + 3 * TimeSpan.TicksPerSecond, open.LastReadingTicks);
        Assert.NotEmpty(open.AnomalyId);
    }

    [Fact]
    public async Task Who_names_nobody_changes_nothing()
    {
        _bench.Send();
        _thread.Start();

        Assert.Equal(0, await _desk.LearnAnewAsync("nobody", null));
        Assert.Equal(0, await _desk.LearnAnewAsync("pump-7", "another"));
        Assert.Equal(1, await _desk.LearnAnewAsync("pump-7", "health"));
    }

    [Fact]
    public async Task A_lane_that_does_not_answer_is_not_waited_for()
    {
        var time = Some.Clock();
        var desk = new LaneRequests([_bench.Lane], [_queue], time);
        var answer = desk.CalibrationsAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await answer);
    }

    private void Stop()
    {
        _queue.Complete();
        _thread.Join();
    }
}

using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>
/// A device whose clock slips ahead for one reading, now and then, by less than what is plainly wrong, is judged all the same; and a
/// reading is one however many messages it comes in.
/// </summary>
public sealed class SlippingTimesTests : IDisposable
{
    private const int Window = 60, Readings = 3000, Every = 90;
    private static readonly string[] Eight = ["a", "b", "c", "d", "e", "f", "g", "h"];

    private LaneBench _bench = Bench(TimeSpan.FromMinutes(1), "a");

    [Theory]
    [InlineData(50 * 60)]
    [InlineData(3 * 60)]
    [InlineData(20)]
    [InlineData(3)]
    public void One_reading_in_ninety_that_is_ahead_leaves_its_device_judged(int secondsOff)
    {
        for (var i = 0; i < Readings; i++) Send(i, i % Every == Every / 2 ? secondsOff : 0, arrives: true);

        var c = _bench.Lane.Counters;
        Assert.Equal((0L, (long)Readings), (c.ClockSetBack, c.Windowed + c.FilteredAhead + c.FilteredLate));
        // The window fills twice: for the calibration, and where the first slip is taken for a gap.
        Assert.InRange(_bench.Flush().Scores.Count, Readings - 4 * (Readings / Every) - 3 * Window, Readings);
    }

    [Theory]
    [InlineData(50 * 60)]
    [InlineData(40)]
    public void Where_nobody_knows_when_they_came_five_that_go_on_as_before_show_that_one_was_ahead(int secondsOff)
    {
        _bench.Dispose();
        _bench = Bench(TimeSpan.Zero, "a");
        for (var i = 0; i < Readings; i++) Send(i, i % Every == Every / 2 ? secondsOff : 0, arrives: false);

        var c = _bench.Lane.Counters;
        Assert.Equal((0L, 4L * (Readings / Every)), (c.ClockSetBack, c.FilteredLate));
        Assert.InRange(_bench.Flush().Scores.Count, Readings - 4 * (Readings / Every) - Window - 2, Readings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reading_that_comes_as_eight_messages_a_day_ahead_agrees_with_itself_alone(bool arrives)
    {
        _bench.Dispose();
        _bench = Bench(TimeSpan.FromMinutes(1), Eight);
        for (var i = 0; i < Readings; i++)
            foreach (var channel in Eight) Send(i, i % 200 == 150 ? 86_400 : 0, arrives, channel);

        var c = _bench.Lane.Counters;
        Assert.Equal((8L * 15, 8L * 2985, 0L), (c.FilteredAhead, c.Windowed, c.ClockSetBack));
        Assert.InRange(_bench.Flush().Scores.Count, 2985 - Window - 2, 2985);
    }

    [Fact]
    public void Parts_that_step_back_are_kept_with_those_they_follow_when_a_clock_is_set_forward()
    {
        _bench.Dispose();
        _bench = Bench(TimeSpan.FromDays(2), "a", "b");
        for (var i = 0; i < 400; i++)
        {
            // The second part of each reading was measured before the first.
            Send(2 * i, i < 200 ? 0 : 86_400, arrives: true, "a");
            Send(2 * i - 1, i < 200 ? 0 : 86_400, arrives: true, "b");
        }
        var c = _bench.Flush().Lane.Counters;
        Assert.Equal((0L, 0L, 0L), (c.FilteredAhead, c.Held, c.ClockSetBack));
        Assert.InRange(c.Windowed, 798, 800);
    }

    public void Dispose() => _bench.Dispose();

    private static LaneBench Bench(TimeSpan gapLimit, params string[] channels)
    {
        var manifest = TinyBundle.Sum(channels);
        return new LaneBench(d => d.GapLimit = gapLimit, manifest with { Window = manifest.Window with { Length = Window } });
    }

    private void Send(long second, int secondsOff, bool arrives, string channel = "a")
    {
        var start = Some.Start.ToUnixTimeSeconds();
        _bench.SendJson(
            $$$"""{"ts": {{{start + second + secondsOff}}}, "values": {"{{{channel}}}": 0}}""",
            arrivalTicks: arrives ? Some.Start.UtcTicks + second * TimeSpan.TicksPerSecond : 0);
    }
}

using EdgeAgent.Pipeline.Tests.Decisions;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>A device that is hardly judged for its times is neither silent nor unjudged: it is a trouble of its own.</summary>
public sealed class DisplacedTroubleTests : IDisposable
{
    private readonly LaneBench _bench = new();
    private int _second;

    [Theory]
    [InlineData(86_400)]
    [InlineData(-1800)]
    public void A_device_whose_times_go_to_and_fro_is_a_trouble_until_they_do_not(int secondsOff)
    {
        for (var i = 0; i < 200; i++) Send(i % 4 == 3 ? secondsOff - i % 8 : 0);
        var trouble = Assert.Single(DetectorTroubles.Find([_bench.Lane]));
        Assert.Contains("pump-7 of source pumps had more than one in five readings left out as late or ahead", trouble.Text);
        Assert.Contains("clock", trouble.Remedy);

        for (var i = 0; i < 200; i++) Send(0);
        Assert.Empty(DetectorTroubles.Find([_bench.Lane]));
    }

    [Fact]
    public void A_clock_that_is_set_back_again_and_again_is_a_trouble()
    {
        // Each time by more than the 30 readings that go by until it is believed.
        for (var i = 0; i < 400; i++) Send(-600 * (i / 40));
        Assert.InRange(_bench.Lane.Counters.ClockSetBack, 4, 10);
        Assert.Contains("set its clock back", Assert.Single(DetectorTroubles.Find([_bench.Lane])).Text);
    }

    [Fact]
    public void A_slip_now_and_then_is_none()
    {
        for (var i = 0; i < 500; i++) Send(i % 20 == 19 ? 86_400 : 0);
        Assert.Empty(DetectorTroubles.Find([_bench.Lane]));
    }

    [Fact]
    public void A_device_whose_clock_is_ahead_is_judged_and_a_trouble_until_it_is_set()
    {
        for (var i = 0; i < 100; i++) Send(86_400);
        Assert.Equal(100, _bench.Lane.Counters.Windowed);
        Assert.Empty(DetectorTroubles.Find([_bench.Lane]));
        var trouble = DetectorTroubles.FindAhead([_bench.Lane], new HashSet<string>())!;
        Assert.Equal(
            "the times of 1 device are ahead of this machine's clock, and so are the times of its events: pump-7 of source pumps by 24 h",
            trouble.Text);
        Assert.Contains("clock", trouble.Remedy);
        Assert.Null(DetectorTroubles.FindAhead([_bench.Lane], new HashSet<string> { "pumps" }));

        for (var i = 0; i < 200; i++) Send(0);
        Assert.Null(DetectorTroubles.FindAhead([_bench.Lane], new HashSet<string>()));
    }

    [Theory]
    [InlineData(240, 0)]
    [InlineData(7200, 60)]
    [InlineData(-86_400, 0)]
    public void Neither_is_one_that_is_ahead_by_little_or_unevenly_or_behind(int secondsOff, int spread)
    {
        for (var i = 0; i < 300; i++) Send(secondsOff + (spread == 0 ? 0 : i * 7 % spread));
        Assert.Null(DetectorTroubles.FindAhead([_bench.Lane], new HashSet<string>()));
    }

    public void Dispose() => _bench.Dispose();

    private void Send(int secondsOff)
    {
        _second++;
        _bench.SendJson(
            $$$"""{"ts": {{{Some.Start.ToUnixTimeSeconds() + _second + secondsOff}}}, "values": {"a": 0}}""",
            arrivalTicks: Some.Start.UtcTicks + _second * TimeSpan.TicksPerSecond);
        _bench.Flush();
    }
}

using System.Globalization;
using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>What an event that stays open costs, whatever the rate of the readings.</summary>
public class UpdatePaceTests
{
    private const long FirstMs = 1_767_225_600_000;
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public void A_week_under_an_event_of_a_sensor_with_a_reading_every_five_minutes_costs_a_fraction_of_what_it_sends()
    {
        using var bench = new LaneBench();
        var received = Play(bench, FiveMinutes, TimeSpan.FromDays(7));

        var updates = bench.Events.Count(e => e.Kind == EventKind.Updated);
        Assert.Equal(UpdatePace.Usual.Count(TimeSpan.FromDays(7)), updates);
        Assert.Equal(15, updates);
        Assert.InRange(Forwarded(bench), 1, received / 6);
    }

    [Fact]
    public void A_hundred_readings_a_second_under_an_event_cost_no_more_updates_than_one_in_five_minutes()
    {
        using var fast = new LaneBench { BatchSize = 100 };
        var received = Play(fast, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        using var slow = new LaneBench();
        Play(slow, FiveMinutes, TimeSpan.FromHours(1));

        Assert.Equal("Opened Updated Updated Updated Updated", slow.Kinds);
        Assert.Equal(slow.Kinds, fast.Kinds);
        Assert.InRange(Forwarded(fast), 1, received / 1000);
    }

    [Fact]
    public void An_update_comes_when_the_age_has_doubled_and_after_the_limit_at_the_latest()
    {
        using var bench = new LaneBench(d => (d.UpdateEvery, d.UpdateLimit) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)));
        bench.Send([.. Enumerable.Repeat(2f, 41)]);
        Assert.Equal([0, 2, 4, 8, 16, 26, 36], Ages(bench));
    }

    [Fact]
    public void With_a_limit_as_short_as_the_pause_updates_come_as_often_as_the_pause_says()
    {
        using var bench = new LaneBench(d => (d.UpdateEvery, d.UpdateLimit) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1)));
        bench.Send([.. Enumerable.Repeat(2f, 18)]);
        Assert.Equal([0, 4, 8, 12, 16], Ages(bench));
    }

    [Fact]
    public void An_old_event_that_becomes_critical_is_updated_at_once()
    {
        using var bench = new LaneBench(d => d.Critical = 10);
        Play(bench, FiveMinutes, TimeSpan.FromDays(2));
        var before = bench.Events.Count;
        SendAt(bench, FirstMs + (long)(TimeSpan.FromDays(2) + 3 * FiveMinutes).TotalMilliseconds, 11);
        bench.Flush();

        Assert.Equal(before + 1, bench.Events.Count);
        Assert.Equal((EventKind.Updated, Severity.Critical), (bench.Events[^1].Kind, bench.Events[^1].Severity));
    }

    [Theory]
    [InlineData(0.08, 1440, 0)]
    [InlineData(1, 1440, 4)]
    [InlineData(24, 1440, 9)]
    [InlineData(7 * 24, 1440, 15)]
    [InlineData(30 * 24, 1440, 38)]
    [InlineData(24, 60, 27)]
    [InlineData(7 * 24, 60, 171)]
    [InlineData(30 * 24, 60, 723)]
    [InlineData(7 * 24, 5, 2016)]
    public void The_updates_of_an_event_are_as_many_as_the_documentation_says(double hours, int limitMinutes, int expected)
    {
        var pace = UpdatePace.Of(new DetectorOptions { UpdateLimit = TimeSpan.FromMinutes(limitMinutes) });
        Assert.Equal(expected, pace.Count(TimeSpan.FromHours(hours)));
    }

    /// <summary>Two readings calibrate; then an event is open for so long, and stays so.</summary>
    /// <returns>Bytes that came in.</returns>
    private static long Play(LaneBench bench, TimeSpan step, TimeSpan open)
    {
        var (stepMs, received) = ((long)step.TotalMilliseconds, 0L);
        for (var ms = 0L; ms <= open.TotalMilliseconds + 2 * stepMs; ms += stepMs)
            received += SendAt(bench, FirstMs + ms, ms < 2 * stepMs ? 0 : 2);
        bench.Flush();
        return received;
    }

    private static int SendAt(LaneBench bench, long ms, float value)
    {
        var json = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"ts\": {ms}, \"values\": {{\"a\": {value}}}}}"));
        bench.Send("pump-7"u8, json);
        return json.Length;
    }

    private static long Forwarded(LaneBench bench)
    {
        var encoder = new CloudEventEncoder(new AgentIdentity("site", "agent"));
        return bench.Events.Sum(e => (long)encoder.Encode(e).Length);
    }

    private static IEnumerable<double> Ages(LaneBench bench) =>
        bench.Events.Select(e => TimeSpan.FromTicks(e.TimeTicks - e.StartedTicks).TotalSeconds);
}

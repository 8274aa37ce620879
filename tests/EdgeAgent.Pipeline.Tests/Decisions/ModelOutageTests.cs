using EdgeAgent.Pipeline.Detection.Scoring;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>A model that takes too long again and again is left out for longer each time; hiccups far apart do not add up.</summary>
public class ModelOutageTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Pauses_grow_while_it_is_not_well_for_long_and_begin_anew_when_it_was()
    {
        var outage = new ModelOutage(_time);
        Assert.Equal(
            [5, 10, 20, 40, 80, 160, 300, 300], Enumerable.Range(0, 8).Select(_ => Seconds(outage, TimeSpan.FromMinutes(9))));

        Assert.Equal([300, 5, 5], Enumerable.Range(0, 3).Select(_ => Seconds(outage, TimeSpan.FromMinutes(11))));
    }

    [Fact]
    public void One_that_nobody_has_asked_since_is_told_for_ten_minutes()
    {
        var outage = new ModelOutage(_time);
        Assert.False(outage.IsRecent);
        outage.Begin("late");
        Assert.Equal((true, true), (outage.IsOut, outage.IsRecent));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((false, true), (outage.IsOut, outage.IsRecent));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(outage.IsRecent);
    }

    /// <summary>How long it is left out, and then well.</summary>
    private double Seconds(ModelOutage outage, TimeSpan well)
    {
        outage.Begin("late");
        Assert.True(outage.IsOut);
        _time.Advance(outage.Pause);
        Assert.False(outage.IsOut);
        outage.TryEnd();
        _time.Advance(well);
        return outage.Pause.TotalSeconds;
    }
}

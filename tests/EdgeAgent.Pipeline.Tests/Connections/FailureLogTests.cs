using EdgeAgent.Pipeline.Connections;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Connections;

public class FailureLogTests
{
    [Fact]
    public void A_broker_that_is_away_for_a_day_costs_a_hundred_lines()
    {
        var time = Some.Clock();
        var log = new FailureLog(time);
        var told = 0;
        for (var second = 0; second < 86_400; second++)
        {
            if (log.Tells("connection refused")) told++;
            if (second == 9) Assert.Equal(3, told);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(told, 90, 110);
    }

    [Fact]
    public void Another_reason_is_told_and_so_is_the_same_one_after_a_while_without_a_failure()
    {
        var time = Some.Clock();
        var log = new FailureLog(time);
        for (var i = 0; i < 5; i++) log.Tells("connection refused");
        Assert.False(log.Tells("connection refused"));
        Assert.True(log.Tells("not authorized"));
        for (var i = 0; i < 5; i++) log.Tells("not authorized");
        Assert.False(log.Tells("not authorized"));
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.True(log.Tells("not authorized"));
    }

    [Fact]
    public void Of_a_connection_that_comes_and_goes_one_in_a_minute_is_told()
    {
        var time = Some.Clock();
        var log = new FailureLog(time);
        for (var i = 0; i < 10; i++) Assert.True(log.TellsSuccess());
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(log.TellsSuccess());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(log.TellsSuccess());
    }
}

using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Tests.Connections;

/// <summary>A connection that comes and goes is told of, although it stands whenever somebody looks.</summary>
public sealed class RecentEndsTests
{
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = Some.Clock();

    [Fact]
    public void Three_ends_in_five_minutes_are_told_and_forgotten_five_minutes_later()
    {
        var ends = new RecentEnds(_time);
        ends.Note("the connection was reset.", isBrokersFault: false);
        _time.Advance(TimeSpan.FromMinutes(2));
        ends.Note("the connection was reset.", isBrokersFault: false);
        Assert.Null(ends.Describe());

        ends.Note("the broker took nothing for 10 s", isBrokersFault: false);
        Assert.Equal("the connection has ended 3 times in the last 5 min: the broker took nothing for 10 s", ends.Describe());

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(ends.Describe());
    }

    [Fact]
    public void A_broker_that_breaks_the_protocol_is_told_of_at_once_and_what_it_did_comes_first()
    {
        var ends = new RecentEnds(_time);
        ends.Note("the broker does not answer", isBrokersFault: true);
        Assert.Equal("the connection has ended once in the last 5 min: the broker does not answer", ends.Describe());

        for (var i = 0; i < 10; i++) ends.Note("the connection was reset", isBrokersFault: false);
        Assert.Equal("the connection has ended 11 times in the last 5 min: the broker does not answer", ends.Describe());

        for (var i = 0; i < 1000; i++) ends.Note("the connection was reset", isBrokersFault: false);
        Assert.Equal("the connection has ended 64 times or more in the last 5 min: the connection was reset", ends.Describe());
    }
}

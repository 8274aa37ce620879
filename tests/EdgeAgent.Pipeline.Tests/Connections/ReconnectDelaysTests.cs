using EdgeAgent.Pipeline.Connections;

namespace EdgeAgent.Pipeline.Tests.Connections;

public class ReconnectDelaysTests
{
    private const int Fleet = 2000;

    [Theory]
    [InlineData(0.0, 0.30)]
    [InlineData(60.0, 0.12)]
    [InlineData(3600.0, 0.12)]
    public void A_fleet_that_lost_its_broker_does_not_come_back_in_one_second(double awaySeconds, double shareLimit)
    {
        var comesBack = Enumerable.Range(0, Fleet).Select(seed => FirstTryAfter(awaySeconds, seed)).ToList();

        var inOneSecond = comesBack.Max(from => comesBack.Count(t => t >= from && t < from + 1));
        Assert.InRange(inOneSecond, 1, shareLimit * Fleet);
        // Nobody waits longer than the limit for it.
        Assert.All(comesBack, t => Assert.InRange(t - awaySeconds, 0, 30));
    }

    [Fact]
    public void By_default_an_agent_is_back_within_two_seconds_of_its_broker_however_long_that_was_away()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var delays = Usual(seed);
            Assert.InRange(delays.Next(ConnectionFault.Lost, hasHeld: true).TotalSeconds, 0, 2);
            for (var attempt = 0; attempt < 100; attempt++)
                Assert.InRange(delays.Next(ConnectionFault.Lost, hasHeld: false).TotalSeconds, 0.1, 2);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_pauses() => Assert.Equal(FirstTryAfter(600, 7), FirstTryAfter(600, 7));

    [Fact]
    public void Another_client_under_the_same_id_is_met_with_long_and_growing_pauses_though_each_connection_held()
    {
        var plan = Plan(1, TimeSpan.FromSeconds(1));
        var pauses = Enumerable.Range(0, 6).Select(_ => plan.Next(ConnectionFault.TakenOver, hasHeld: true).TotalSeconds).ToList();

        Assert.InRange(pauses[0], 30, 60);
        Assert.InRange(pauses[^1], 300, 600);
    }

    [Theory]
    [InlineData(ConnectionFault.Busy, 2.5)]
    [InlineData(ConnectionFault.Refused, 5)]
    internal void A_broker_that_says_no_is_left_in_peace_longer_than_a_network_that_failed(ConnectionFault fault, double leastSeconds)
    {
        Assert.InRange(Plan(1).Next(fault, hasHeld: false).TotalSeconds, leastSeconds, 2 * leastSeconds);
        Assert.InRange(Plan(1).Next(ConnectionFault.Lost, hasHeld: false).TotalSeconds, 0.1, 0.4);
    }

    private static double FirstTryAfter(double awaySeconds, int seed)
    {
        var plan = Plan(seed);
        var at = plan.Next(ConnectionFault.Lost, hasHeld: true).TotalSeconds;
        while (at < awaySeconds) at += plan.Next(ConnectionFault.Lost, hasHeld: false).TotalSeconds;
        return at;
    }

    private static ReconnectDelays Plan(int seed, TimeSpan? limit = null) =>
        new(new ReconnectOptions { RetryDelayLimit = limit ?? TimeSpan.FromSeconds(30), Spread = limit ?? TimeSpan.FromSeconds(30) },
            new Random(seed));

    private static ReconnectDelays Usual(int seed) => new(new ReconnectOptions(), new Random(seed));
}

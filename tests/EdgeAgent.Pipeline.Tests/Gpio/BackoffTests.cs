using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Pipeline.Tests.Gpio;

public class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_the_limit_and_come_from_the_upper_half_of_their_span()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        foreach (var span in new[] { 1, 2, 4, 8, 10, 10, 10 })
            Assert.InRange(backoff.Next().TotalSeconds, span / 2.0, span);
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Two_agents_do_not_keep_step()
    {
        var (one, other) = (new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1)),
            new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(2)));
        Assert.NotEqual(one.Next(), other.Next());
    }
}

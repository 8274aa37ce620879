using EdgeAgent.Pipeline.Delivery;

namespace EdgeAgent.Pipeline.Tests.Delivery;

public class RefusalRulesTests
{
    [Fact]
    public void What_is_not_allowed_is_given_up_after_many_tries_over_a_long_time_only()
    {
        var time = Some.Clock();
        var rules = new RefusalRules(time);
        var attempts = new Attempts();
        for (var tries = 1; tries <= 50; tries++)
        {
            var pause = rules.PauseAfterRefusal(attempts);
            if (rules.IsGivenUp(attempts))
            {
                Assert.InRange(tries, 10, 15);
                Assert.InRange((time.GetUtcNow() - Some.Start).TotalHours, 1, 3);
                return;
            }
            time.Advance(pause);
        }
        Assert.Fail("never given up");
    }
}

using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Tests;

public class AllowanceTests
{
    [Fact]
    public void Some_are_allowed_at_once_and_then_one_in_a_while()
    {
        var allowance = new Allowance(5, TimeSpan.FromSeconds(10));
        Assert.Equal(5, Taken(ref allowance, 0, 1000));
        Assert.Equal(0, Taken(ref allowance, 9, 1000));
        Assert.Equal(1, Taken(ref allowance, 10, 1000));
        Assert.Equal(2, Taken(ref allowance, 30, 1000));
        Assert.Equal(5, Taken(ref allowance, 1000, 1000));
    }

    [Fact]
    public void A_clock_that_is_set_back_allows_again()
    {
        var allowance = new Allowance(5, TimeSpan.FromSeconds(10));
        Taken(ref allowance, 86_400, 1000);
        Assert.Equal(5, Taken(ref allowance, 0, 1000));
    }

    private static int Taken(ref Allowance allowance, int second, int tries)
    {
        var taken = 0;
        for (var i = 0; i < tries; i++)
            if (allowance.TryTake(Some.Start.UtcTicks + second * TimeSpan.TicksPerSecond)) taken++;
        return taken;
    }
}

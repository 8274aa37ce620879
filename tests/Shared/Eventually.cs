using System.Diagnostics;

namespace EdgeAgent.TestSupport;

/// <summary>Waits for what must come to pass, and says what did not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Holds(Func<bool> condition, Func<string> state)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Limit, $"not within {Limit.TotalSeconds} s: {state()}");
            await Task.Delay(20);
        }
    }
}

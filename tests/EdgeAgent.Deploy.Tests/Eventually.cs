using System.Diagnostics;

namespace EdgeAgent.Deploy.Tests;

/// <summary>Waits for what comes in its own time; the limit only ends a test that would hang.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static void Holds(Func<bool> condition, Func<string> otherwise)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); Thread.Sleep(50))
            Assert.True(watch.Elapsed < Limit, $"not within {Limit}: {otherwise()}");
    }
}

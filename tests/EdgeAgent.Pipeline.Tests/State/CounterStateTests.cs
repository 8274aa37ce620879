using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>The rate of a counter needs the count before: it survives, wherever the agent ends.</summary>
public sealed class CounterStateTests
{
    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void Behind_a_restart_the_rate_is_that_of_a_count_that_went_on(Ending ending)
    {
        using var whole = new StateBench(Counting(), isKept: false);
        using var ended = new StateBench(Counting(), isKept: true);
        Play(whole, () => { });
        Play(ended, () => ended.Restart(ending));

        Assert.True(whole.Scores.Count > 20);
        Assert.Equal(whole.Scores, ended.Scores);
    }

    private static BundleManifest Counting()
    {
        var manifest = TinyBundle.Sum("a") with { Calibration = new ManifestCalibration { Readings = 8 } };
        manifest.Channels[0].Counts = true;
        return manifest;
    }

    private static void Play(StateBench bench, Action midway)
    {
        var count = 0f;
        for (var r = 0; r < 40; r++)
        {
            if (r == 20)
            {
                bench.Flush();
                midway();
            }
            bench.Send("pump", r, count += 3 + r * 7 % 5);
        }
        bench.Flush();
    }
}

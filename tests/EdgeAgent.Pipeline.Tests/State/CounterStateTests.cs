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
        using var whole = new StateBench(Counting("a"), isKept: false);
        using var ended = new StateBench(Counting("a"), isKept: true);
        Play(whole, () => { });
        Play(ended, () => ended.Restart(ending));

        Assert.True(whole.Scores.Count > 20);
        Assert.Equal(whole.Scores, ended.Scores);
    }

    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void A_counter_that_is_sent_with_every_tenth_reading_does_not_jump_behind_a_restart(Ending ending)
    {
        using var whole = new StateBench(Counting("a", "b"), isKept: false);
        using var ended = new StateBench(Counting("a", "b"), isKept: true);
        PlaySeldom(whole, () => { });
        PlaySeldom(ended, () => ended.Restart(ending));

        Assert.True(whole.Scores.Count > 20);
        Assert.Equal(whole.Scores, ended.Scores);
    }

    /// <summary>Three a second, told every ten seconds; it ends six seconds after that.</summary>
    private static void PlaySeldom(StateBench bench, Action midway)
    {
        for (var r = 0; r < 60; r++)
        {
            if (r == 37)
            {
                bench.Flush();
                midway();
            }
            bench.SendJson("pump", r, r % 10 == 0 ? $"{{\"a\": {3 * r}, \"b\": {r % 3}}}" : $"{{\"b\": {r % 3}}}");
        }
        bench.Flush();
    }

    private static BundleManifest Counting(params string[] channels)
    {
        var manifest = TinyBundle.Sum(channels) with { Calibration = new ManifestCalibration { Readings = 8 } };
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

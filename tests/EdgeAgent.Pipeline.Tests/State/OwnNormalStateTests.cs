using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>What a device of the bundle for any one channel has learned survives, wherever the agent ends.</summary>
public sealed class OwnNormalStateTests
{
    private static readonly string Folder = Repository.File("models/single-channel");

    [Theory]
    [InlineData(Ending.Kill, 40)]
    [InlineData(Ending.Kill, 150)]
    [InlineData(Ending.Kill, 311)]
    [InlineData(Ending.Kill, 498)]
    [InlineData(Ending.Kill, 700)]
    [InlineData(Ending.Kill, 1_300)]
    [InlineData(Ending.Kill, 2_100)]
    [InlineData(Ending.StopAndPowerOff, 40)]
    [InlineData(Ending.StopAndPowerOff, 311)]
    [InlineData(Ending.StopAndPowerOff, 1_300)]
    public void Ended_at_any_time_the_device_is_judged_as_if_the_agent_had_run_on(Ending ending, int at)
    {
        using var whole = Bench(isKept: false);
        using var ended = Bench(isKept: true);
        Play(whole, -1, () => { });
        Play(ended, at, () => ended.Restart(ending));

        Assert.True(whole.Scores.Count > 2_000);
        Assert.Contains(whole.Events, e => e.Contains("adopted", StringComparison.Ordinal));
        Assert.Equal(whole.Scores, ended.Scores);
        Assert.Equal(whole.Events, ended.Events);
    }

    private static StateBench Bench(bool isKept)
    {
        var manifest = ModelBundle.Load(Folder).Manifest;
        var model = File.ReadAllBytes(Path.Combine(Folder, manifest.Model));
        return new StateBench(manifest, d => d.Channel = "a", isKept: isKept, model: model);
    }

    /// <summary>It calibrates on uneven readings, drifts, and changes its place and its unrest for good at reading 1,000.</summary>
    private static void Play(StateBench bench, int at, Action end)
    {
        var random = new Random(12);
        for (var i = 0; i < 2_400; i++)
        {
            if (i == at)
            {
                bench.Flush();
                end();
            }
            var unrest = (i < 1_000 ? 0.1 : 3) * random.NextDouble();
            bench.Send("pump", i, 20 + 0.0001 * i + unrest + (i is > 300 and < 320 ? 0.05 : i >= 1_000 ? 2 : 0));
        }
        bench.Flush();
    }
}

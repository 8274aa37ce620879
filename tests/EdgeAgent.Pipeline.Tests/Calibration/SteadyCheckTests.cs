using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>Four blocks of twenty readings, one above and one below a level.</summary>
public class SteadyCheckTests
{
    private static readonly ManifestSteady Usual = new();

    [Fact]
    public void Blocks_that_are_alike_are_steady() => Assert.Empty(Find([0, 0.5f, 1, 1.5f]));

    [Fact]
    public void A_mean_that_moves_by_several_spreads_is_not() => Assert.Equal([0], Find([0, 0, 1, 4]));

    [Fact]
    public void A_block_with_a_multiple_of_the_usual_spread_is_not() => Assert.Equal([0], Find([0, 0, 0, 0], wild: 3.5f));

    [Fact]
    public void Within_its_floor_a_channel_may_do_as_it_likes() => Assert.Empty(Find([0, 0, 1, 4], floor: 5));

    [Fact]
    public void Of_many_channels_one_may_move_and_a_third_may_not()
    {
        float[] still = [0, 0, 0, 0], moving = [0, 0, 0, 9], faster = [0, 0, 0, 20];
        Assert.Empty(Find([still, moving, faster, still, still, still, still, still], Usual));
        Assert.Equal([2, 0, 1], Find([moving, moving, faster, still, still, still, still, still], Usual));
        Assert.Equal([1], Find([still, moving, still], Usual with { Channels = 1 }));
    }

    [Fact]
    public void A_coarse_sensor_that_has_moved_by_its_step_has_not_moved()
    {
        var manifest = new BundleManifest
        {
            Channels = [new ManifestChannel { Name = "*", FloorSteps = 3 }],
            Calibration = new ManifestCalibration { Readings = 80 },
        };
        Assert.Empty(Find([20, 20, 20.5f, 20.5f]));
        Assert.Equal([0], Find([20, 20, 20, 30]));

        IReadOnlyList<int> Find(float[] levels)
        {
            var calibration = new ChannelCalibration(manifest);
            for (var i = 0; i < 80; i++)
                calibration.Learn([i == 79 ? levels[^1] + 0.5f : levels[i / 20]]);
            return SteadyCheck.Find(calibration, Usual);
        }
    }

    [Fact]
    public void Too_few_readings_say_nothing()
    {
        var calibration = new ChannelCalibration([1f], readings: 4, clip: 30);
        foreach (var value in new[] { 0f, 0, 0, 100 })
            calibration.Learn([value]);
        Assert.Empty(SteadyCheck.Find(calibration, Usual));
    }

    private static IReadOnlyList<int> Find(float[] levels, float wild = 1, float floor = 0.01f) => Find([levels], Usual, wild, floor);

    private static IReadOnlyList<int> Find(float[][] levels, ManifestSteady settings, float wild = 1, float floor = 0.01f)
    {
        var calibration = new ChannelCalibration([.. Enumerable.Repeat(floor, levels.Length)], readings: 80, clip: 30);
        for (var b = 0; b < 4; b++)
            for (var i = 0; i < 20; i++)
                calibration.Learn([.. levels.Select(l => l[b] + (i % 2 == 0 ? 1 : -1) * (b == 3 ? wild : 1))]);
        return SteadyCheck.Find(calibration, settings);
    }
}

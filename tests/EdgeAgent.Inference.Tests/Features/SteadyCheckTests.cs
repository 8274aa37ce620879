using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Tests.Features;

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
    public void Too_few_readings_say_nothing()
    {
        var blocks = new[] { new ChannelBlock(1), new ChannelBlock(1) };
        blocks[0].Add([0]);
        blocks[1].Add([100]);
        Assert.Empty(SteadyCheck.Find(blocks, [1f], Usual));
    }

    private static IReadOnlyList<int> Find(float[] levels, float wild = 1, float floor = 0.01f) => Find([levels], Usual, wild, floor);

    private static IReadOnlyList<int> Find(float[][] levels, ManifestSteady settings, float wild = 1, float floor = 0.01f)
    {
        var blocks = Enumerable.Range(0, 4).Select(_ => new ChannelBlock(levels.Length)).ToArray();
        for (var b = 0; b < blocks.Length; b++)
            for (var i = 0; i < 20; i++)
                blocks[b].Add([.. levels.Select(l => l[b] + (i % 2 == 0 ? 1 : -1) * (b == 3 ? wild : 1))]);
        return SteadyCheck.Find(blocks, [.. Enumerable.Repeat(floor, levels.Length)], settings);
    }
}

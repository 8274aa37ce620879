using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public class BlockMergeTests
{
    [Fact]
    public void A_start_at_the_beginning_of_calibration_is_no_part_of_it()
    {
        var calibration = Learn(outlier: 5, readings: 400, at: r => (r < 150 ? 25 : 125) + r % 2);

        Assert.Equal(125.5f, calibration.Means[0], 0.01f);
        Assert.Equal(0.5f, calibration.Spread(0), 0.01f);
    }

    [Fact]
    public void Without_an_outlier_limit_all_readings_count()
    {
        var calibration = Learn(outlier: 0, readings: 400, at: r => (r < 150 ? 25 : 125) + r % 2);

        Assert.Equal(88f, calibration.Means[0], 0.01f);
    }

    [Fact]
    public void Where_two_levels_share_the_readings_one_of_them_is_believed()
    {
        var calibration = Learn(outlier: 5, readings: 400, at: r => (r < 200 ? 25 : 125) + r % 2);

        Assert.Contains(calibration.Means[0], new[] { 25.5f, 125.5f });
    }

    [Fact]
    public void The_spread_is_no_smaller_than_the_channels_drift_at_its_level()
    {
        Assert.Equal(1.255f, Learn(outlier: 5, readings: 400, at: r => 125 + r % 2, drift: 0.01f).Spread(0), 1e-3f);
    }

    [Fact]
    public void A_renewal_leaves_odd_blocks_out_too_and_allocates_nothing()
    {
        var calibration = Learn(outlier: 5, readings: 400, at: r => 10 + r % 2);
        var blocks = Enumerable.Range(0, 8).Select(b => Block(b == 3 ? 50 : 20)).ToArray();
        calibration.Take(blocks, keepsSpread: false);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            calibration.Take(blocks, keepsSpread: false);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(20.5f, calibration.Means[0], 0.01f);
    }

    private static ChannelBlock Block(float level)
    {
        var block = new ChannelBlock(1);
        for (var r = 0; r < 50; r++)
            block.Add([level + r % 2]);
        return block;
    }

    private static ChannelCalibration Learn(float outlier, int readings, Func<int, float> at, float drift = 0)
    {
        var calibration = new ChannelCalibration([0.1f], readings, clip: 30, blocksDivisor: 8, [drift], outlier);
        for (var r = 0; r < readings; r++)
            calibration.Learn([at(r)]);
        return calibration;
    }
}

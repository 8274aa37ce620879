using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public class ChannelCalibrationTests
{
    [Fact]
    public void Mean_and_spread_are_those_of_the_first_readings()
    {
        var calibration = new ChannelCalibration([0.01f, 0.01f], readings: 4, clip: 30);
        foreach (var value in new float[] { 1, 3, 1, 3 })
            calibration.Learn([value, 1e6f + value]);
        calibration.Learn([1000, 1000]);

        var z = new float[2];
        calibration.Apply([4, 1e6f + 4], z);

        Assert.True(calibration.IsComplete);
        Assert.Equal(4, calibration.Count);
        Assert.Equal([2f, 1e6f + 2], calibration.Means.ToArray());
        Assert.Equal([2f, 2f], z);
    }

    [Fact]
    public void A_flat_channel_has_the_spread_of_its_floor()
    {
        var calibration = new ChannelCalibration([0.5f], readings: 2, clip: 30);
        calibration.Learn([7]);
        calibration.Learn([7]);
        var z = new float[1];

        calibration.Apply([8], z);

        Assert.Equal(2, z[0]);
        Assert.Equal(8, calibration.Undo(0, 2));
    }

    [Fact]
    public void After_a_reset_nothing_of_before_is_known()
    {
        var calibration = new ChannelCalibration([0.01f], readings: 2, clip: 30);
        calibration.Learn([100]);
        calibration.Learn([104]);
        Assert.Equal((102f, 2f), (calibration.Means[0], calibration.Spread(0)));

        calibration.Clear();

        Assert.Equal((0, false), (calibration.Count, calibration.IsComplete));
        calibration.Learn([1]);
        calibration.Learn([3]);
        Assert.Equal((true, 2f, 1f), (calibration.IsComplete, calibration.Means[0], calibration.Spread(0)));
        var z = new float[1];
        calibration.Apply([4], z);
        Assert.Equal(2, z[0]);
    }

    [Theory]
    [InlineData(1e9f, 30)]
    [InlineData(-1e9f, -30)]
    [InlineData(float.MaxValue, 30)]
    [InlineData(float.MinValue, -30)]
    public void Far_values_are_clipped(float value, float expected)
    {
        var calibration = new ChannelCalibration([1f], readings: 2, clip: 30);
        calibration.Learn([0]);
        calibration.Learn([0]);
        var z = new float[1];

        calibration.Apply([value], z);

        Assert.Equal(expected, z[0]);
    }

    [Fact]
    public void It_is_not_complete_one_reading_early()
    {
        var calibration = new ChannelCalibration([1f], readings: 3, clip: 30);
        calibration.Learn([0]);
        calibration.Learn([0]);
        Assert.False(calibration.IsComplete);
        calibration.Learn([0]);
        Assert.True(calibration.IsComplete);
    }
}

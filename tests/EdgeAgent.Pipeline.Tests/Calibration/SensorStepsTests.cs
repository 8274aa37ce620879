using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

public class SensorStepsTests
{
    [Fact]
    public void A_coarse_sensor_that_hardly_moves_has_the_spread_of_its_steps()
    {
        // 15.0 with one 15.5 in twenty: the spread is 0.11, three steps are 1.5.
        var calibration = Learned(new ManifestChannel { Name = "*", FloorSteps = 3 }, [.. Enumerable.Repeat(15f, 19), 15.5f]);

        Assert.Equal(1.5f, calibration.Undo(0, 1) - calibration.Undo(0, 0), 1e-4f);
    }

    [Fact]
    public void A_fine_sensor_keeps_its_own_spread()
    {
        var calibration = Learned(new ManifestChannel { Name = "*", FloorSteps = 3 }, [1, 3, 1, 3.001f, 3, 1]);

        Assert.Equal(1f, calibration.Undo(0, 1) - calibration.Undo(0, 0), 1e-3f);
    }

    [Theory]
    [InlineData(-200, 0.6f)]
    [InlineData(0, 3)]
    public void A_sensor_that_stands_still_is_given_steps_of_a_thousandth(float value, float expected)
    {
        var calibration = Learned(new ManifestChannel { Name = "*", FloorSteps = 3 }, [value, value, value]);

        Assert.Equal(expected, calibration.Undo(0, 1) - calibration.Undo(0, 0), 1e-4f);
    }

    [Fact]
    public void The_larger_of_floor_and_steps_counts()
    {
        var calibration = Learned(new ManifestChannel { Name = "a", Floor = 5, FloorSteps = 3 }, [7, 7, 7.5f]);

        Assert.Equal(5f, calibration.Undo(0, 1) - calibration.Undo(0, 0), 1e-4f);
    }

    [Fact]
    public void Learning_allocates_nothing()
    {
        var calibration = Of(new ManifestChannel { Name = "*", FloorSteps = 3 }, readings: 2000);
        float[] value = [1];
        calibration.Learn(value);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            calibration.Learn(value);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static ChannelCalibration Of(ManifestChannel channel, int readings) => new(new BundleManifest
    {
        Channels = [channel],
        Calibration = new ManifestCalibration { Readings = readings, Clip = 30 },
    });

    private static ChannelCalibration Learned(ManifestChannel channel, float[] values)
    {
        var calibration = Of(channel, values.Length);
        foreach (var value in values)
            calibration.Learn([value]);
        Assert.True(calibration.IsComplete);
        return calibration;
    }
}

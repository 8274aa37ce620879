using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>Readings one above and one below a level.</summary>
public class QuietCheckTests
{
    [Fact]
    public void A_device_is_quiet_when_half_of_its_channels_spread_less_than_a_quarter_of_their_floors()
    {
        Assert.Equal([0, 1], Find(floors: [1, 1, 1, 1], spreads: [0.2f, 0.1f, 0.3f, 2]));
        Assert.Empty(Find(floors: [1, 1, 1, 1], spreads: [0.2f, 0.3f, 0.3f, 2]));
    }

    [Fact]
    public void What_a_channel_may_wander_in_proportion_to_its_level_is_a_floor_too() =>
        Assert.Equal([0], Find(floors: [0.01f], spreads: [0.2f], drift: 0.02f));

    [Fact]
    public void Nothing_is_said_before_the_device_is_calibrated()
    {
        var calibration = new ChannelCalibration([1f], readings: 40, clip: 30);
        calibration.Learn([0]);
        Assert.Empty(QuietCheck.Find(calibration));
    }

    private static IReadOnlyList<int> Find(float[] floors, float[] spreads, float drift = 0)
    {
        var calibration = new ChannelCalibration(floors, readings: 40, clip: 30, drifts: [.. floors.Select(_ => drift)]);
        for (var i = 0; i < 40; i++)
            calibration.Learn([.. spreads.Select(s => 100 + (i % 2 == 0 ? s : -s))]);
        return QuietCheck.Find(calibration);
    }
}

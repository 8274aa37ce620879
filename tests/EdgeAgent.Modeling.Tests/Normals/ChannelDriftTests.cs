using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Tests.Normals;

public class ChannelDriftTests
{
    private static readonly NormalOptions Options = new();

    [Fact]
    public void Drift_in_proportion_to_the_level_is_the_same_share_on_a_small_and_on_a_large_machine()
    {
        var small = ChannelDrift.Measure([Drifting(3000, level: 10, share: 1e-5f)], [], Options);
        var large = ChannelDrift.Measure([Drifting(3000, level: 1000, share: 1e-5f)], [], Options);

        Assert.Equal(small.Shares[0], large.Shares[0], 1e-3f);
        Assert.InRange(small.Shares[0], 0.003, 0.01);
        Assert.Equal(0, small.Sizes[0]);
    }

    [Fact]
    public void A_channel_that_swings_around_zero_has_its_drift_in_its_own_unit()
    {
        var recording = Drifting(3000, level: 0, share: 0);
        for (var r = 0; r < recording.Rows; r++)
            recording.Values[2 * r] += MathF.Sin(r / 200f);

        var drift = ChannelDrift.Measure([recording], [], Options);

        Assert.Equal(0, drift.Shares[0]);
        // A swing from -1 to 1: most windows lie less than its whole height from their calibration, and some more than half.
        Assert.InRange(drift.Sizes[0], 1, 2);
    }

    [Fact]
    public void One_recording_that_was_starting_up_does_not_decide_for_all()
    {
        var calm = Enumerable.Range(0, 20).Select(i => Drifting(400, level: 10, share: 1e-6f, seed: (ulong)i)).ToList();
        var without = ChannelDrift.Measure([], calm, Options);
        calm.Add(Drifting(400, level: 10, share: 1e-2f));

        Assert.Equal(without.Shares[0], ChannelDrift.Measure([], calm, Options).Shares[0], 2e-3f);
    }

    private static Recording Drifting(int rows, float level, float share, ulong seed = 5)
    {
        var recording = Some.Recording(rows, seed);
        for (var r = 0; r < rows; r++)
            recording.Values[2 * r] = level * (1 + share * r) + 0.01f * (recording.Values[2 * r] - 5);
        return recording;
    }
}

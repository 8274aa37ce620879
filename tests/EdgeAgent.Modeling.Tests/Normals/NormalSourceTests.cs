using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Tests.Normals;

public class NormalSourceTests
{
    private readonly NormalOptions _options = new();

    [Fact]
    public void A_recording_too_short_to_calibrate_is_refused_at_its_last_line()
    {
        var error = Assert.Throws<ModelingException>(() => NormalSource.Collect([], [Some.Recording(120, 1)], _options));

        Assert.Equal("a.csv:121: the recording ends after 120 readings; calibration needs 400", error.Message);
    }

    [Fact]
    public void A_constant_channel_is_a_normal_like_others_and_its_floor_a_share_of_its_level()
    {
        var recording = Some.Recording(400, 1);
        for (var r = 0; r < 400; r++)
            recording.Values[2 * r + 1] = 2;

        var normals = NormalSource.Collect([], [recording], _options with { InOwnSpread = true });

        Assert.Equal(0.04f, normals.Floors[1], 1e-6f);
    }

    [Fact]
    public void A_bit_has_a_floor_beyond_its_two_values_whatever_these_are()
    {
        var recording = Some.Recording(400, 1);
        for (var r = 0; r < 400; r++)
            (recording.Values[2 * r], recording.Values[2 * r + 1]) = (r % 90 == 0 ? 273 : 283, 0);

        var normals = NormalSource.Collect([], [recording], _options with { InOwnSpread = true });

        Assert.Equal([40f, 4f], normals.Floors);
    }

    [Fact]
    public void Floors_and_wander_are_the_same_in_another_unit()
    {
        var recordings = Enumerable.Range(0, 3).Select(i => Some.Recording(400, (ulong)i)).ToArray();
        var others = recordings.Select(r => r with { Values = [.. r.Values.Select(v => 10 * v + 273)] }).ToArray();
        var options = _options with { InOwnSpread = true };

        var (one, other) = (NormalSource.Collect([], recordings, options), NormalSource.Collect([], others, options));

        Assert.Equal(10 * one.Floors[0], other.Floors[0], 1e-4f);
        Assert.Equal(one.Wanders[0], other.Wanders[0], 1e-3f);
    }

    [Fact]
    public void A_fault_in_the_calibration_part_is_left_out_without_a_label()
    {
        var recordings = Enumerable.Range(0, 7)
            .Select(i => Some.Recording(400, (ulong)i, faultAt: i == 3 ? 100 : int.MaxValue) with { Name = $"{i}.csv" }).ToArray();

        Assert.Equal(["3.csv"], NormalSource.Collect([], recordings, _options).LeftOut);
    }

    [Fact]
    public void The_floor_follows_the_sensors_step()
    {
        var recording = Some.Recording(400, 1);
        for (var i = 0; i < recording.Values.Length; i++)
            recording.Values[i] = MathF.Round(recording.Values[i] * 4) / 4;

        Assert.Equal([0.5f, 0.5f], SensorFloors.Estimate([(recording, 400)], steps: 2));
    }
}

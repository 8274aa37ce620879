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
    public void A_constant_channel_is_refused_by_name()
    {
        var recording = Some.Recording(400, 1);
        for (var r = 0; r < 400; r++)
            recording.Values[2 * r + 1] = 2;

        var error = Assert.Throws<ModelingException>(() => NormalSource.Collect([], [recording], _options));

        Assert.StartsWith("a.csv:2-401: column \"current\" stays at 2", error.Message, StringComparison.Ordinal);
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

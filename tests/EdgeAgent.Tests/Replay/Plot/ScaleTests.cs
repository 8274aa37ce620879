using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Tests.Replay.Plot;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(1.2f)]
    [InlineData(50f)]
    [InlineData(1e6f)]
    public void The_threshold_can_be_told_from_nothing_and_from_the_peak(float peak)
    {
        var scale = new ScoreScale(Row(0, 0.5f, peak), 3);

        Assert.InRange(scale.Place(1), 0.04, 0.6);
        Assert.True(scale.Place(peak) - scale.Place(1) > 0.05);
        Assert.InRange(scale.Place(peak), 0, 0.999);
        Assert.Contains(scale.Ticks, t => t.Value == 1);
    }

    [Fact]
    public void One_wild_value_does_not_flatten_the_others()
    {
        var values = Enumerable.Range(0, 1000).Select(i => i == 500 ? 1e9f : i % 10).ToArray();

        var scale = new ValueScale(Row(values), 1000, null);

        Assert.True(scale.IsCut);
        Assert.Equal((0, 1e9), (scale.Least, scale.Most));
        Assert.True(scale.Place(9) - scale.Place(0) > 0.3);
        Assert.Equal(1, scale.Place(1e9));
    }

    [Fact]
    public void A_fault_that_lasts_is_shown_in_full()
    {
        var values = Enumerable.Range(0, 1000).Select(i => i is > 700 and < 800 ? 500f : i % 10).ToArray();

        var scale = new ValueScale(Row(values), 1000, null);

        Assert.False(scale.IsCut);
        Assert.InRange(scale.Place(500), 0.9, 0.999);
    }

    [Fact]
    public void The_band_of_the_normal_gets_room_but_does_not_flatten_the_values()
    {
        var near = new ValueScale(Row(1, 2, 3), 3, (2.5, 1));
        Assert.True(near.High > 3.5);

        var far = new ValueScale(Row(1, 2, 3), 3, (2, 1000));
        Assert.True(far.Place(3) - far.Place(1) > 0.25);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-3.5f)]
    [InlineData(1e30f)]
    public void A_channel_that_never_moves_is_a_line_in_the_strip(float value)
    {
        var scale = new ValueScale(Row(value, value), 2, null);

        Assert.InRange(scale.Place(value), 0.3, 0.7);
    }

    [Theory]
    [InlineData(0, 1, "0 0.5 1.0")]
    [InlineData(-1, 1.2, "-1 0 1")]
    [InlineData(0.0251, 0.0279, "0.026 0.027")]
    [InlineData(204, 249, "220 240")]
    public void Axis_values_are_round(double low, double high, string expected) =>
        Assert.Equal(expected.Split(' '), NiceSteps.Between(low, high, 3).Select(t => t.Text));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(1e30, 1e30)]
    public void An_axis_that_makes_no_sense_has_no_values(double low, double high) => Assert.Empty(NiceSteps.Between(low, high, 3));

    private static ValueRow Row(params float[] values)
    {
        var row = new ValueRow();
        for (var i = 0; i < values.Length; i++)
            row.Add(i, values[i]);
        return row;
    }
}

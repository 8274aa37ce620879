using EdgeAgent.Modeling.Quantization;

namespace EdgeAgent.Modeling.Tests.Quantization;

public class ValueHistogramTests
{
    private readonly ValueHistogram _histogram = new(-4, 100);

    public ValueHistogramTests()
    {
        _histogram.Add(Some.Floats(100_000));
        _histogram.Add([100]);
    }

    [Fact]
    public void Min_and_max_take_all() => Assert.Equal((-4, 100), _histogram.Range(RangeMethod.MinMax));

    [Fact]
    public void A_percentile_leaves_out_a_lone_extreme()
    {
        var (low, high) = _histogram.Range(RangeMethod.Percentile);

        Assert.InRange(low, -4, -3);
        Assert.InRange(high, 3, 4);
    }

    [Fact]
    public void The_least_error_weighs_the_extreme_against_the_rest()
    {
        var (low, high) = _histogram.Range(RangeMethod.Mse);

        Assert.InRange(high, 10, 99);
        Assert.InRange(low, -4, -0.4f);
    }

    [Fact]
    public void A_value_that_never_moves_has_a_range_of_nothing()
    {
        var still = new ValueHistogram(0, 0);
        still.Add(new float[10]);

        Assert.All(Enum.GetValues<RangeMethod>(), m => Assert.Equal((0, 0), still.Range(m)));
    }
}

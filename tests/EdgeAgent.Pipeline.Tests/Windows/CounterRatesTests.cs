using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Windows;

/// <summary>A channel that counts up is judged by how fast it rises.</summary>
public sealed class CounterRatesTests
{
    private static readonly int[] Counter = [0], Present = [0, 0];

    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_counter_is_its_rise_a_second_and_other_channels_are_what_they_are()
    {
        var rates = new CounterRates(2, Counter);

        Assert.False(rates.Take([100, 5], Present, At(0)));
        Assert.True(rates.Take([130, 6], Present, At(10)));

        Assert.Equal([3f, 6f], rates.Row);
    }

    [Fact]
    public void A_count_that_goes_back_or_is_missing_keeps_the_rate_before()
    {
        var rates = new CounterRates(2, Counter);
        rates.Take([100, 5], Present, At(0));
        rates.Take([104, 5], Present, At(1));

        rates.Take([2, 5], Present, At(2));
        Assert.Equal(4, rates.Row[0]);
        rates.Take([2, 5], [1, 0], At(3));
        Assert.Equal(4, rates.Row[0]);
        // Six in the two seconds since it was last heard of.
        rates.Take([8, 5], Present, At(4));
        Assert.Equal(3, rates.Row[0]);
    }

    [Fact]
    public void It_goes_on_behind_a_restart_with_the_count_from_before()
    {
        var rates = new CounterRates(2, Counter);
        rates.Resume([100, 5], Present, At(0), [7, 5]);

        rates.Take([103, 5], Present, At(1));

        Assert.Equal(3, rates.Row[0]);
    }

    [Fact]
    public void Of_a_count_that_was_missing_before_a_restart_the_rate_stays_until_it_was_counted_twice()
    {
        var rates = new CounterRates(2, Counter);
        rates.Resume([100, 5], [8, 0], At(18), [3, 5]);

        Assert.True(rates.Take([130, 5], Present, At(20)));
        Assert.Equal(3, rates.Row[0]);
        rates.Take([170, 5], Present, At(30));
        Assert.Equal(4, rates.Row[0]);
    }

    /// <summary>Through the lane: the model's window and the calibration hold rates, not counts.</summary>
    [Fact]
    public void A_model_sees_rates_of_what_a_device_counts()
    {
        var manifest = TinyBundle.Sum("a");
        manifest.Channels[0].Counts = true;
        using var bench = new LaneBench(manifest: manifest);
        // One for the first rate, two to calibrate on: 1 and 3 a step of time give mean 2 and spread 1.
        var count = 0.0;
        foreach (var rise in new[] { 0, 1, 3, 5, 2 })
            bench.SendJson(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $$$"""{"ts": {{{bench.Ts()}}}, "values": {"a": {{{count += rise}}}}}"""));

        Assert.Equal([3f, 0f], bench.Scores);
    }

    private static long At(int seconds) => Start.AddSeconds(seconds).Ticks;
}

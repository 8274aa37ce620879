using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Tests.Windows;

public class SensorWindowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_view_is_always_the_last_readings_oldest_first(int length)
    {
        var window = new SensorWindow(length, channels: 2);
        var calibration = Around(0, channels: 2);
        var all = new List<float>();
        for (var i = 0; i < 30; i++)
        {
            window.Push([i, -i], calibration);
            all.AddRange([i, -i]);
            Assert.Equal(all.TakeLast(2 * length), window.View.ToArray());
            Assert.Equal(all.TakeLast(2 * window.Count), Enumerable.Range(0, window.Count).SelectMany(r => window.Raw(r).ToArray()));
            Assert.Equal(i + 1 >= length, window.IsFull);
        }
    }

    [Fact]
    public void Cleared_it_begins_anew()
    {
        var window = new SensorWindow(3, 1);
        var calibration = Around(0);
        foreach (var value in new float[] { 1, 2, 3, 4 }) window.Push([value], calibration);
        window.Clear();
        Assert.Equal(0, window.Count);
        window.Push([9], calibration);
        Assert.Equal([9f], window.View.ToArray());
    }

    [Fact]
    public void A_new_calibration_reaches_every_reading_wherever_the_window_stands()
    {
        for (var count = 1; count < 8; count++)
        {
            var window = new SensorWindow(3, 1);
            for (var i = 1; i <= count; i++) window.Push([i], Around(0));
            window.Recalibrate(Around(10));
            window.Push([70], Around(10));
            Assert.Equal(Enumerable.Range(1, count).Select(i => i - 10f).Append(60).TakeLast(3), window.View.ToArray());
        }
    }

    [Fact]
    public void What_a_calibration_clipped_comes_back_with_the_next()
    {
        var window = new SensorWindow(1, 1);
        window.Push([5000], Around(0));
        Assert.Equal([1000f], window.View.ToArray());

        window.Recalibrate(Around(4990));

        Assert.Equal([10f], window.View.ToArray());
    }

    /// <summary>Mean <paramref name="mean"/>, spread 1, clipped at 1000.</summary>
    private static ChannelCalibration Around(float mean, int channels = 1)
    {
        var calibration = new ChannelCalibration(Enumerable.Repeat(1f, channels).ToArray(), readings: 2, clip: 1000);
        calibration.Learn(Enumerable.Repeat(mean, channels).ToArray());
        calibration.Learn(Enumerable.Repeat(mean, channels).ToArray());
        return calibration;
    }
}

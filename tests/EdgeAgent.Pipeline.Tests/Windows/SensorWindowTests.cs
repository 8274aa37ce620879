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
            window.Push([i, -i]);
            all.AddRange([i, -i]);
            Assert.Equal(all.TakeLast(2 * length), View(window, calibration));
            Assert.Equal(all.TakeLast(2 * window.Count), Enumerable.Range(0, window.Count).SelectMany(r => window.Raw(r).ToArray()));
            Assert.Equal(i + 1 >= length, window.IsFull);
        }
    }

    [Fact]
    public void Cleared_it_begins_anew()
    {
        var window = new SensorWindow(3, 1);
        var calibration = Around(0);
        foreach (var value in new float[] { 1, 2, 3, 4 }) window.Push([value]);
        window.Clear();
        Assert.Equal(0, window.Count);
        window.Push([9]);
        Assert.Equal([9f], View(window, calibration));
    }

    [Fact]
    public void A_new_calibration_reaches_every_reading_wherever_the_window_stands()
    {
        for (var count = 1; count < 8; count++)
        {
            var window = new SensorWindow(3, 1);
            for (var i = 1; i <= count; i++) window.Push([i]);
            window.Push([70]);
            Assert.Equal(Enumerable.Range(1, count).Select(i => i - 10f).Append(60).TakeLast(3), View(window, Around(10)));
        }
    }

    [Fact]
    public void What_a_calibration_clipped_comes_back_with_the_next()
    {
        var window = new SensorWindow(1, 1);
        window.Push([5000]);
        Assert.Equal([1000f], View(window, Around(0)));
        Assert.Equal([10f], View(window, Around(4990)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(11)]
    public void Each_channel_is_calibrated_alike_wherever_it_stands(int channels)
    {
        var window = new SensorWindow(2, channels);
        var row = Enumerable.Range(0, channels).Select(c => 1.7f * c - 3000).ToArray();
        window.Push(row);
        var calibration = Around(0.3f, channels);
        var expected = row.Select(v => Math.Clamp((v - 0.3f) * 1f, -1000, 1000));
        Assert.Equal(expected, View(window, calibration));
    }

    private static float[] View(SensorWindow window, ChannelCalibration calibration)
    {
        var view = new float[window.Values];
        window.CopyTo(view, calibration);
        return view;
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

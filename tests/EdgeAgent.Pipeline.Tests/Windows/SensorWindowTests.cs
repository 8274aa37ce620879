using EdgeAgent.Pipeline.Windows;

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
        var all = new List<float>();
        for (var i = 0; i < 30; i++)
        {
            window.NextRow[0] = i;
            window.NextRow[1] = -i;
            window.Push();
            all.AddRange([i, -i]);
            Assert.Equal(all.TakeLast(2 * length), window.View.ToArray());
            Assert.Equal(i + 1 >= length, window.IsFull);
        }
    }

    [Fact]
    public void Cleared_it_begins_anew()
    {
        var window = new SensorWindow(3, 1);
        foreach (var value in new float[] { 1, 2, 3, 4 }) Push(window, value);
        window.Clear();
        Assert.Equal(0, window.Count);
        Push(window, 9);
        Assert.Equal([9f], window.View.ToArray());
    }

    [Fact]
    public void Rewriting_changes_each_reading_once_wherever_the_window_stands()
    {
        for (var count = 1; count < 8; count++)
        {
            var window = new SensorWindow(3, 1);
            for (var i = 1; i <= count; i++) Push(window, i);
            window.Rewrite(row => row[0] *= 10);
            Push(window, 70);
            Assert.Equal(Enumerable.Range(1, count).Select(i => i * 10f).Append(70).TakeLast(3), window.View.ToArray());
        }
    }

    private static void Push(SensorWindow window, float value)
    {
        window.NextRow[0] = value;
        window.Push();
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Tests.Replay.Plot;

public sealed partial class LinePathTests
{
    private readonly ValueRow _row = new();

    [Theory]
    [InlineData(100, 1)]
    [InlineData(4096, 1)]
    [InlineData(4096, 4)]
    public void A_spike_of_one_reading_is_in_the_line(int columns, int perPixel)
    {
        for (var i = 0; i < columns; i++)
            _row.Add(i, i == columns / 3 ? -7 : i == columns / 2 ? 50 : i % 2);

        var points = Points(new LinePath(columns, i => i * 1000.0 / columns, perPixel, 2).Of(_row, v => v));

        Assert.Equal(50, points.Max(p => p.Y));
        Assert.Equal(-7, points.Min(p => p.Y));
        Assert.Equal(columns / 2 * 1000.0 / columns, points.MaxBy(p => p.Y).X, 1.0);
        Assert.Equal(columns / 3 * 1000.0 / columns, points.MinBy(p => p.Y).X, 1.0);
    }

    [Fact]
    public void Steps_do_not_add_up_to_an_error()
    {
        for (var i = 0; i < 4000; i++)
            _row.Add(i, i * 0.0333f);

        var points = Points(new LinePath(4000, i => i * 0.25, 4, 1).Of(_row, v => v));

        Assert.Equal(3999 * 0.0333, points[^1].Y, 0.06);
        Assert.Equal(3999 * 0.25, points[^1].X, 0.06);
    }

    [Fact]
    public void A_pause_in_the_readings_is_a_pause_in_the_line_and_a_lone_reading_is_drawn()
    {
        for (var i = 0; i < 1000; i++)
            if (i is < 300 or 500 or > 700) _row.Add(i, 1);

        var path = new LinePath(1000, i => i, 1, 1).Of(_row, v => v);

        Assert.Equal([(0, 1), (500, 1), (701, 1)], Starts().Matches(path)
            .Select(m => (int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), 1)));
    }

    [Fact]
    public void Readings_that_are_far_apart_throughout_make_one_line()
    {
        for (var i = 0; i < 4000; i += 100)
            _row.Add(i, i % 3);

        Assert.Single(Starts().Matches(new LinePath(4000, i => i * 0.25, 4, 1).Of(_row, v => v)));
    }

    [Fact]
    public void Nothing_makes_an_empty_line() => Assert.Equal("", new LinePath(10, i => i, 1, 1).Of(_row, v => v));

    private static List<(double X, double Y)> Points(string path)
    {
        var points = new List<(double X, double Y)>();
        foreach (Match line in Lines().Matches(path))
        {
            var numbers = Numbers().Matches(line.Value).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture)).ToList();
            var at = (X: numbers[0], Y: numbers[1]);
            points.Add(at);
            for (var i = 2; i < numbers.Count; i += 2)
                points.Add(at = (at.X + numbers[i], at.Y + numbers[i + 1]));
        }
        return points;
    }

    [GeneratedRegex("M[^M]+")]
    private static partial Regex Lines();

    [GeneratedRegex(@"-?\d*\.?\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"M(\d+) \dl")]
    private static partial Regex Starts();
}

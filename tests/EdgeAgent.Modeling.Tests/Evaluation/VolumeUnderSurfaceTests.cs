using EdgeAgent.Modeling.Evaluation.Series;

namespace EdgeAgent.Modeling.Tests.Evaluation;

/// <summary>Figures of the reference scorer that benchmarks use, for scores that both can make.</summary>
public sealed class VolumeUnderSurfaceTests
{
    [Theory]
    [InlineData(1, 1000, new[] { 300, 340, 700, 705 }, 0.4, 0, 0, 0.449906, 0.749674)]
    [InlineData(1, 1000, new[] { 300, 340, 700, 705 }, 0.4, 0, 25, 0.576344, 0.837415)]
    [InlineData(1, 1000, new[] { 300, 340, 700, 705 }, 0.4, 0, 125, 0.655193, 0.917523)]
    [InlineData(2, 1500, new[] { 0, 20, 400, 460, 470, 500, 1490, 1500 }, 0.2, 0, 0, 0.306533, 0.686707)]
    [InlineData(2, 1500, new[] { 0, 20, 400, 460, 470, 500, 1490, 1500 }, 0.2, 0, 125, 0.446489, 0.824989)]
    [InlineData(3, 800, new[] { 100, 101 }, 1, 0, 0, 0.001520, 0.178974)]
    [InlineData(3, 800, new[] { 100, 101 }, 1, 0, 125, 0.750958, 0.969999)]
    [InlineData(4, 1200, new[] { 500, 620 }, 0.5, 8, 0, 0.541088, 0.858299)]
    [InlineData(4, 1200, new[] { 500, 620 }, 0.5, 8, 25, 0.571515, 0.870736)]
    [InlineData(5, 600, new[] { 200, 300 }, -0.3, 0, 125, 0.175934, 0.457483)]
    public void It_is_what_the_reference_says(int seed, int rows, int[] runs, double gain, int levels, int window, double pr, double roc)
    {
        var (scores, labels) = (Drawn(seed, rows), new bool[rows]);
        for (var i = 0; i < runs.Length; i += 2)
        {
            labels.AsSpan(runs[i]..runs[i + 1]).Fill(true);
            // Scores come late, as those of windows do.
            for (var row = runs[i] + 2; row < Math.Min(rows, runs[i + 1] + 3); row++)
                scores[row] += gain;
        }
        float[] given = [.. scores.Select(s => (float)(levels > 0 ? Math.Floor(s * levels) / levels : s))];

        var (foundPr, foundRoc) = new VolumeUnderSurface(labels, given).Volume(window);

        Assert.Equal(pr, foundPr, 2e-6);
        Assert.Equal(roc, foundRoc, 2e-6);
    }

    [Fact]
    public void The_period_of_a_series_is_found_where_it_has_one()
    {
        var noise = Drawn(7, 3000);
        Assert.Equal(50, SeriesPeriod.Of(
            [.. Enumerable.Range(0, 3000).Select(i => (float)(Math.Sin(2 * Math.PI * i / 50) + 0.1 * noise[i]))]));
        Assert.Equal(125, SeriesPeriod.Of([.. Enumerable.Repeat(3f, 500)]));
        Assert.Equal(125, SeriesPeriod.Of([.. Enumerable.Range(0, 3000).Select(i => (float)Math.Sin(2 * Math.PI * i / 350))]));
    }

    /// <summary>Numbers from 0 to 1 that any language makes alike.</summary>
    private static double[] Drawn(int seed, int count)
    {
        var state = (long)seed;
        return [.. Enumerable.Range(0, count).Select(_ => (state = (1103515245 * state + 12345) % (1L << 31)) / (double)(1L << 31))];
    }
}

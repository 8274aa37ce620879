using System.Globalization;
using System.IO.Compression;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation.Series;

namespace EdgeAgent.Modeling.Tests.Commands;

public sealed class SeriesTests : IDisposable
{
    private static readonly string Bundle = Path.Combine(Repository.Root, "models/single-channel");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_packed_series_is_judged_scored_and_the_same_in_another_unit()
    {
        using (var packed = new GZipStream(File.Create(_folder.Place("s/U1.csv.gz")), CompressionLevel.Fastest))
        using (var writer = new StreamWriter(packed))
        {
            var random = new Random(3);
            writer.WriteLine("value,label");
            for (var i = 0; i < 1500; i++)
            {
                var fault = i is >= 1000 and < 1060 ? 1 : 0;
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{20 + random.NextDouble() + 5 * fault:0.000},{fault}"));
            }
        }
        using var replay = new SeriesReplay(Bundle);
        var series = LabelledSeries.Read(_folder.Place("s/U1.csv.gz"));
        var (_, values, played) = replay.Judge(series, allChannels: false).Single();
        var other = replay.Judge(series, allChannels: false, times: 10, plus: 273).Single().Played;

        var figures = SeriesFigures.Of(series.Name, values, series.Labels, played.Scores, played.IsOpen, replay.First);

        Assert.Equal(499, replay.First);
        Assert.Equal((1001 - 60, 60, 1, 1, 0), (figures.Normal, figures.Labelled, figures.Events, figures.Found, figures.False));
        Assert.True(figures.VusPr > 0.5 && figures.VusRoc > 0.9, $"{figures}");
        Assert.Equal(played.IsOpen, other.IsOpen);
        Assert.Equal(0, CommandLine.Run(["series", Bundle, "--data", Path.GetDirectoryName(_folder.Place("s/U1.csv.gz"))!, "--units"]));
    }

    [Fact]
    public void Columns_without_numbers_and_edges_of_labels_are_no_channels()
    {
        File.WriteAllText(_folder.Place("s/a.csv"),
            "datetime;flow;current;anomaly;changepoint\n2026-01-01 00:00:00;1.5;2;0;1\n2026-01-01 00:00:01;2.5;3;1;0\n");

        var series = LabelledSeries.Read(_folder.Place("s/a.csv"));

        Assert.Equal(["flow", "current"], series.Channels);
        Assert.Equal([2f, 3f], series.Column(1));
        Assert.Equal([false, true], series.Labels!);
        Assert.Equal("2026-01-01 00:00:01", series.Times[1]);
    }

    [Theory]
    [InlineData("value,label\n1,0\nx,0\n", ":3: \"x\" in column value is no number")]
    [InlineData("value,label\n1,0\n2\n", ":3: has 1 fields; the header has 2")]
    [InlineData("value,label\n", "has no rows")]
    [InlineData("time\nnow\n", "no column holds numbers")]
    public void What_cannot_be_read_is_told_with_its_line(string text, string said)
    {
        File.WriteAllText(_folder.Place("s/a.csv"), text);

        var error = Assert.Throws<ModelingException>(() => LabelledSeries.Read(_folder.Place("s/a.csv")));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, CommandLine.Run(["series", Bundle, "--data", Path.GetDirectoryName(_folder.Place("s/a.csv"))!]));
    }
}

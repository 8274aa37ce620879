using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources.Recordings;

namespace EdgeAgent.Pipeline.Tests.Sources.Recordings;

public sealed class CsvRecordingTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Reads_values_by_column_and_leaves_time_and_labels_out()
    {
        var channels = new ChannelTable(10);
        using var csv = Open("\uFEFFdatetime;Flow;Pressure;anomaly;changepoint\r\n2020-03-09 10:14:33;32.5;-0.25;1.0;0.0\r\n", channels);
        Assert.True(csv.Read());
        Assert.Equal(["Flow", "Pressure"], channels.Current.Names);
        Assert.Equal([32.5f, -0.25f], csv.Values.ToArray());
        Assert.Equal(new DateTime(2020, 3, 9, 10, 14, 33).Ticks, csv.TimeTicks);
        Assert.Equal("2020-03-09 10:14:33", csv.TimeText);
        Assert.False(csv.Read());
    }

    [Theory]
    [InlineData("Date Time\ta\tb", "2020-03-09 10:14:33.5\t1\t2")]
    [InlineData("Timestamp;a;b", "1583748873.5;1;2")]
    [InlineData("epoch,a,b", "1583748873500,1,2")]
    [InlineData("time (s),a,b", "1.5837488735e9,1,2")]
    [InlineData(",a,b", "2020-03-09T10:14:33.5Z,1,2")]
    public void Separators_names_and_spellings_of_time_that_the_modeling_tool_reads_are_read_here(string header, string line)
    {
        var channels = new ChannelTable(10);
        using var csv = Open($"{header}\n{line}\n", channels);
        Assert.True(csv.Read(), csv.FirstProblem);
        Assert.Equal(["a", "b"], channels.Current.Names);
        Assert.Equal([1f, 2f], csv.Values.ToArray());
        Assert.Equal(new DateTime(2020, 3, 9, 10, 14, 33, 500).Ticks, csv.TimeTicks);
    }

    [Fact]
    public void Labels_are_told_beside_the_values()
    {
        using var csv = Open("ts,a,anomaly,changepoint\n1,5,0.0,0\n2,6,1.0,1\n3,7,True,\n4,8,,0\n", new ChannelTable(10));
        var told = new List<(bool, bool)>();
        while (csv.Read())
            told.Add((csv.IsLabelled, csv.IsChange));
        Assert.True(csv.HasLabels);
        Assert.Equal([(false, false), (true, true), (true, false), (false, false)], told);
    }

    [Fact]
    public void A_label_column_that_is_named_counts_and_is_no_channel_and_the_usual_ones_stay_labels()
    {
        File.WriteAllText(_file, "ts,a,faulty,anomaly\n1,5,1,0\n");
        var channels = new ChannelTable(10);
        using var csv = new CsvRecording(_file, channels, new LabelColumns("Faulty"));
        Assert.True(csv.Read());
        Assert.Equal(["a"], channels.Current.Names);
        Assert.True(csv.IsLabelled);
    }

    [Fact]
    public void A_recording_without_a_label_column_says_so()
    {
        using var csv = Open("ts,a\n1,5\n", new ChannelTable(10));
        Assert.True(csv.Read());
        Assert.False(csv.HasLabels);
    }

    [Theory]
    [InlineData("1583748873.0003125", 3125)]
    [InlineData("1583748873000.3125", 3125)]
    [InlineData("2020-03-09 10:14:33.0003125", 3125)]
    [InlineData("2020-03-09T10:14:33.0000001Z", 1)]
    [InlineData("1583748873000312", 3120)]
    public void Times_of_samples_have_fractions_of_a_second(string time, long ticks)
    {
        using var csv = Open($"ts,a\n{time},5\n", new ChannelTable(10));

        Assert.True(csv.Read(), csv.FirstProblem);
        Assert.Equal(new DateTime(2020, 3, 9, 10, 14, 33, DateTimeKind.Utc).Ticks + ticks, csv.TimeTicks);
    }

    [Fact]
    public void An_empty_cell_is_a_missing_value()
    {
        using var csv = Open("ts,a,b\n1583748873,,2\n", new ChannelTable(10));
        Assert.True(csv.Read());
        Assert.True(float.IsNaN(csv.Values[0]));
        Assert.Equal(2, csv.Values[1]);
    }

    [Theory]
    [InlineData("1583748873,x,2", "column \"a\" holds \"x\"; expected a number")]
    [InlineData("soon,1,2", "\"soon\" is no time")]
    [InlineData("1583748873,1", "2 columns, the header has 3")]
    [InlineData("1583748873,1,2,3", "more columns than the header's 3")]
    public void A_line_that_is_not_usable_is_skipped_counted_and_told(string line, string problem)
    {
        using var csv = Open($"ts,a,b\n1583748872,1,1\n{line}\n1583748874,3,3\n", new ChannelTable(10));
        Assert.True(csv.Read());
        Assert.True(csv.Read());
        Assert.Equal(3, csv.Values[0]);
        Assert.False(csv.Read());
        Assert.Equal(1, csv.BadLines);
        Assert.Contains($"{_file}:3: {problem}", csv.FirstProblem);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b\n1,2\n", "no time column")]
    [InlineData("ts\n1\n", "no channel beside")]
    public void A_file_that_is_not_usable_says_why(string content, string problem)
    {
        var thrown = Assert.Throws<RecordingException>(() => Open(content, new ChannelTable(10)));
        Assert.Contains(_file, thrown.Message);
        Assert.Contains(problem, thrown.Message);
    }

    private CsvRecording Open(string content, ChannelTable channels)
    {
        File.WriteAllText(_file, content);
        return new CsvRecording(_file, channels);
    }
}

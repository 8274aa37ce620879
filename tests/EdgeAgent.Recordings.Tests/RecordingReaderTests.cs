namespace EdgeAgent.Recordings.Tests;

public sealed class RecordingReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_values_by_column_and_leaves_time_and_labels_out()
    {
        var recording = Read("\uFEFFdatetime;Flow;Pressure;anomaly;changepoint\r\n2020-03-09 10:14:33;32.5;-0.25;1.0;0.0\r\n");

        Assert.Equal(["Flow", "Pressure"], recording.Columns.Select(c => c.Name));
        Assert.Equal([32.5f, -0.25f], Row(recording, 0));
        Assert.Equal([new DateTime(2020, 3, 9, 10, 14, 33).Ticks], recording.Ticks);
        Assert.Equal(["2020-03-09 10:14:33"], recording.TimeTexts);
        Assert.Equal([2], recording.Lines);
    }

    [Theory]
    [InlineData("Date Time\ta\tb", "2020-03-09 10:14:33.5\t1\t2")]
    [InlineData("Timestamp;a;b", "1583748873.5;1;2")]
    [InlineData("epoch,a,b", "1583748873500,1,2")]
    [InlineData("time (s),a,b", "1.5837488735e9,1,2")]
    [InlineData(",a,b", "2020-03-09T10:14:33.5Z,1,2")]
    public void Separators_names_and_spellings_of_time_differ(string header, string line)
    {
        var recording = Read($"{header}\n{line}\n");

        Assert.Equal(["a", "b"], recording.Columns.Select(c => c.Name));
        Assert.Equal([1f, 2f], Row(recording, 0));
        Assert.Equal([new DateTime(2020, 3, 9, 10, 14, 33, 500).Ticks], recording.Ticks);
    }

    [Fact]
    public void Labels_and_changes_are_told_beside_the_values()
    {
        var recording = Read("ts,a,anomaly,changepoint\n1,5,0.0,0\n2,6,1.0,1\n3,7,True,\n4,8,,0\n");

        Assert.Equal([false, true, true, false], recording.Labels!);
        Assert.Equal([false, true, false, false], recording.Changes!);
    }

    [Fact]
    public void A_label_column_that_is_named_counts_and_is_no_channel_and_the_usual_ones_stay_labels()
    {
        var recording = Read("ts,a,anomaly,faulty\n1,5,0,1\n", "Faulty");

        Assert.Equal(["a"], recording.Columns.Select(c => c.Name));
        Assert.Equal([true], recording.Labels!);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("faulty")]
    public void A_recording_without_the_label_column_says_so(string? label)
    {
        Assert.Null(Read("ts,a\n1,5\n", label).Labels);
        Assert.Equal(label is null, Read("ts,a,anomaly\n1,5,0\n", label).Labels is not null);
    }

    [Theory]
    [InlineData("1583748873.0003125", 3125)]
    [InlineData("1583748873000.3125", 3125)]
    [InlineData("2020-03-09 10:14:33.0003125", 3125)]
    [InlineData("2020-03-09T10:14:33.0000001Z", 1)]
    [InlineData("1583748873000312", 3120)]
    public void Times_of_samples_have_fractions_of_a_second(string time, long ticks) =>
        Assert.Equal([new DateTime(2020, 3, 9, 10, 14, 33, DateTimeKind.Utc).Ticks + ticks], Read($"ts,a\n{time},5\n").Ticks);

    [Theory]
    [InlineData("1583748873,,2")]
    [InlineData("1583748873,x,2")]
    public void A_cell_without_a_number_is_a_missing_value(string line)
    {
        var recording = Read($"ts,a,b\n1583748872,1,1\n{line}\n1583748874,3,3\n");

        Assert.Equal([float.NaN, 2f], Row(recording, 1));
        Assert.Equal(0, recording.BadLines);
    }

    [Theory]
    [InlineData("soon,1,2", "\"soon\" is no time")]
    [InlineData("1583748873,1", "2 columns, the header has 3")]
    [InlineData("1583748873,1,2,3", "4 columns, the header has 3")]
    public void A_line_that_is_not_usable_is_skipped_counted_and_told(string line, string problem)
    {
        var recording = Read($"ts,a,b\n1583748872,1,1\n{line}\n1583748874,3,3\n");

        Assert.Equal(2, recording.Rows);
        Assert.Equal(1, recording.BadLines);
        Assert.Equal($"a.csv:3: {problem}", recording.FirstProblem);
    }

    [Theory]
    [InlineData("", "a.csv: the file is empty")]
    [InlineData("a,b\nx,y\n", "a.csv:1: no column of numbers")]
    [InlineData("ts,label\n1,0\n2,1\n", "a.csv:1: no channel beside")]
    public void A_file_that_is_not_usable_says_why(string content, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<RecordingException>(() => Read(content)).Message, StringComparison.Ordinal);

    private static float[] Row(RawRecording recording, int row) => [.. recording.Columns.Select(c => c.Values[row])];

    private RawRecording Read(string content, string? label = null) =>
        RecordingReader.Read(_folder.Write("a.csv", content), "a.csv", label)[0];
}

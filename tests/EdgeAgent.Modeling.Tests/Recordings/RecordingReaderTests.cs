using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Tests.Recordings;

public class RecordingReaderTests
{
    private const string Head = "datetime;flow;current;anomaly;changepoint\n";
    private const string First = "2026-01-01 00:00:00;32.5;2.1;0.0;0.0\n";

    [Theory]
    [InlineData(';')]
    [InlineData(',')]
    public void Takes_channels_and_leaves_time_and_label_out(char separator)
    {
        var recording = Read((Head + First + "2026-01-01 00:00:01;32;2.2;1.0;1.0\n").Replace(';', separator));

        Assert.Equal(["flow", "current"], recording.Channels);
        Assert.Equal([32.5f, 2.1f, 32f, 2.2f], recording.Values);
        Assert.Equal([false, true], recording.Labels!);
    }

    [Theory]
    [InlineData(Head + First + "2026-01-01 00:00:01;high;2.2;0;0\n", "pumps/1.csv:3: column \"flow\" holds \"high\"")]
    [InlineData(Head + First + "2026-01-01 00:00:01;;2.2;0;0\n", "pumps/1.csv:3: column \"flow\" is empty")]
    [InlineData(Head + First + "2026-01-01 00:00:01;NaN;2.2;0;0\n", "pumps/1.csv:3: column \"flow\" holds \"NaN\"")]
    [InlineData(Head + First + "2026-01-01 00:00:01;2.2\n", "pumps/1.csv:3: 2 columns, the header has 5")]
    [InlineData(Head + First + First, "pumps/1.csv:3: time 2026-01-01 00:00:00 repeats")]
    [InlineData(Head + First + "2025-12-31 23:59:59;32;2.2;0;0\n", "pumps/1.csv:3: time 2025-12-31 23:59:59 goes back behind 2026-01-01 00:00:00")]
    [InlineData(Head + "yesterday;32;2.2;0;0\n", "pumps/1.csv:2: \"yesterday\" is no time")]
    [InlineData("flow;current\n1;2\n", "pumps/1.csv:1: no time column")]
    [InlineData("datetime;anomaly\n", "pumps/1.csv:1: no channel")]
    [InlineData("datetime;flow;flow\n", "pumps/1.csv:1: column \"flow\" appears 2 times")]
    [InlineData("", "pumps/1.csv: the file is empty")]
    public void A_bad_recording_is_refused_with_file_and_line(string text, string expected)
    {
        var error = Assert.Throws<ModelingException>(() => Read(text));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_the_others_channels_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("a.csv"), Head + First);
        File.WriteAllText(folder.File("sub/b.csv"), "datetime,flow\n2026-01-01 00:00:00,3\n");

        var error = Assert.Throws<ModelingException>(() => RecordingFolder.Read(folder.Path, null));

        Assert.StartsWith("sub/b.csv:1: column \"current\" is missing", error.Message, StringComparison.Ordinal);
    }

    private static Recording Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("1.csv"), text);
        return RecordingReader.Read(folder.File("1.csv"), "pumps/1.csv");
    }
}

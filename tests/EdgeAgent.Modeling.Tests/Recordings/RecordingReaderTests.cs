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

    [Fact]
    public void The_files_of_a_folder_share_the_channels_that_all_have_and_the_rest_is_said()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("a.csv"), Some.Csv(50, 1));
        File.WriteAllText(folder.Place("b.csv"), Some.Csv(50, 2).Replace("current", "amps", StringComparison.Ordinal));
        File.WriteAllText(folder.Place("README.csv"), "who,what\nme,notes\n");

        var set = RecordingFolder.ReadAll(folder.Path, null);

        Assert.Equal(["a.csv", "b.csv"], set.Recordings.Select(r => r.Name));
        Assert.All(set.Recordings, r => Assert.Equal(["flow"], r.Channels));
        Assert.Contains(
            set.Notes, n => n.IsLoss && n.Text.Contains("column \"amps\" left out: only 1 of 2 files have it", StringComparison.Ordinal));
        Assert.Contains(set.Notes, n => n.IsLoss && n.Text.StartsWith("README.csv:1: no column of numbers", StringComparison.Ordinal));
    }

    [Fact]
    public void One_odd_file_does_not_cost_the_others_their_channels()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 4; i++)
            File.WriteAllText(folder.Place($"{i}.csv"), Some.Csv(50, (ulong)i));
        File.WriteAllText(folder.Place("odd.csv"), "time,weather\n2026-01-01 00:00:00,3\n2026-01-01 00:00:01,4\n");

        var set = RecordingFolder.ReadAll(folder.Path, null);

        Assert.Equal(["flow", "current"], set.Recordings[0].Channels);
        Assert.Equal(4, set.Recordings.Count);
        Assert.Contains(set.Notes, n => n.File == "odd.csv" && n.IsLoss);
    }

    [Fact]
    public void A_recording_without_a_column_that_was_asked_for_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("b.csv"), "datetime,flow\n2026-01-01 00:00:00,3\n2026-01-01 00:00:01,4\n");

        var error = Assert.Throws<ModelingException>(() => RecordingFolder.Read(folder.Path, ["flow", "current"]));

        Assert.StartsWith("b.csv:1: column \"current\" is missing", error.Message, StringComparison.Ordinal);
    }

    private static Recording Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Place("1.csv"), text);
        return RecordingFolder.ReadFile(folder.Place("1.csv"), "pumps/1.csv");
    }
}

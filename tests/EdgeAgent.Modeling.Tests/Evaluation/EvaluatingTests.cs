using System.Text;
using System.Text.Json;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public sealed class EvaluatingTests : IDisposable
{
    private static readonly string AnyChannel = Path.Combine(Repository.Root, "models/single-channel");
    private readonly TempFolder _folder = new();

    public EvaluatingTests()
    {
        File.WriteAllText(_folder.Place("data/a.csv"), Some.Csv(700, 1, faultAt: 600));
        File.WriteAllText(_folder.Place("data/b.csv"), Some.Csv(800, 2));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_of_any_channel_judges_the_one_that_is_named()
    {
        var found = Evaluate(AnyChannel, channel: "flow");

        var model = found.Models[0];
        Assert.Equal(["single-channel"], found.Models.Select(m => m.Total.Name));
        Assert.Equal((700 + 800 - 2 * 198, 1, 1), (model.Total.Readings, model.Total.Events, model.Total.EventsFound));
        Assert.Equal(["a.csv", "b.csv"], model.Recordings.Select(r => r.Name));
        Assert.Equal(0, model.Recordings[1].Alarms);
        Assert.Null(found.Agreement);
    }

    [Fact]
    public void A_recording_of_which_nothing_is_left_to_judge_is_skipped_and_told()
    {
        File.WriteAllText(_folder.Place("data/stump.csv"), Some.Csv(50, 3));

        var found = Evaluate(AnyChannel, channel: "flow");

        Assert.Equal(["a.csv", "b.csv"], found.Models[0].Recordings.Select(r => r.Name));
        Assert.StartsWith("stump.csv:51: the recording ends after 50 readings", Assert.Single(found.Skipped), StringComparison.Ordinal);
        Assert.Contains("skipped: stump.csv:51", EvaluationText.Of(found, table: false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_which_nothing_is_left_to_judge_is_refused()
    {
        File.WriteAllText(_folder.Place("data/a.csv"), Some.Csv(50, 1));
        File.WriteAllText(_folder.Place("data/b.csv"), Some.Csv(40, 2));

        var error = Assert.Throws<NothingToJudgeException>(() => Evaluate(AnyChannel, channel: "flow"));

        Assert.Contains("a.csv:51", error.Message, StringComparison.Ordinal);
        Assert.Contains("b.csv:41", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_any_channel_guesses_none_of_several()
    {
        var error = Assert.Throws<ModelingException>(() => Evaluate(AnyChannel));

        Assert.Contains("has flow, current", error.Message, StringComparison.Ordinal);
        Assert.Contains("--channel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_channels_have_names_takes_no_other()
    {
        var error = Assert.Throws<ModelingException>(() => Evaluate(Path.Combine(Repository.Root, "models/pump-health"), channel: "flow"));

        Assert.Contains("--channel is for models of any one channel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_raw_windows_is_evaluated_too()
    {
        File.Copy(Fixture.Autoencoder, _folder.Place("mine/model.onnx"));
        File.Copy(Fixture.Manifest, _folder.Place("mine/manifest.json"));

        var found = Evaluate(_folder.Place("mine"));

        Assert.Equal("flow-shape", Assert.Single(found.Models).Total.Name);
        Assert.Null(found.Agreement);
        Assert.True(found.Models[0].Total.Readings > 500, $"{found.Models[0].Total.Readings} readings");
    }

    [Fact]
    public void Recordings_without_labels_tell_what_was_flagged_and_are_scored_by_nothing()
    {
        foreach (var file in Directory.GetFiles(_folder.Place("data")))
            File.WriteAllLines(file, File.ReadLines(file).Select(line => line[..line.LastIndexOf(';')]).ToArray());

        var found = Evaluate(AnyChannel, channel: "flow");

        Assert.Empty(found.Models);
        Assert.Equal([1, 0], found.Unlabelled.Select(f => f.Alarms));
        Assert.Null(found.Unlabelled[0].F1);
        Assert.True(found.Unlabelled[0].FlaggedInLastThird > found.Unlabelled[0].Flagged);
    }

    [Fact]
    public void The_protocol_of_SKAB_scores_each_row_behind_the_first_400()
    {
        File.Copy(Fixture.Autoencoder, _folder.Place("mine/model.onnx"));
        File.WriteAllText(_folder.Place("mine/manifest.json"), File.ReadAllText(Fixture.Manifest)
            .Replace("\"readings\": 200", "\"readings\": 100", StringComparison.Ordinal));

        Assert.Equal(300 + 400, Evaluate(_folder.Place("mine"), Evaluating.Skab).Models[0].Total.Readings);
        Assert.Equal(600 + 700, Evaluate(_folder.Place("mine")).Models[0].Total.Readings);
    }

    [Fact]
    public void The_table_and_the_JSON_tell_of_each_recording()
    {
        var found = Evaluate(AnyChannel, channel: "flow");

        var text = EvaluationText.Of(found, table: true);
        Assert.Contains("\na.csv ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a.csv", EvaluationText.Of(found, table: false), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(found, EvaluatedJson.Default.Evaluated));
        var total = json.RootElement.GetProperty("models")[0].GetProperty("total");
        Assert.Equal(found.Models[0].Total.F1, total.GetProperty("f1").GetDouble());
        Assert.False(total.TryGetProperty("nab", out _));
    }

    [Fact]
    public void Windows_go_with_their_protocol_only()
    {
        Assert.Equal(2, CommandLine.Run(["evaluate", AnyChannel, "--data", _folder.Place("data"), "--windows", "x.json"]));
        Assert.Equal(1, CommandLine.Run(["evaluate", AnyChannel, "--data", _folder.Place("data"), "--protocol", "nab"]));
    }

    [Fact]
    public void Received_bytes_are_those_of_the_readings_as_JSON()
    {
        var recording = Some.Recording(10, 3);
        var judged = new JudgedRecording(recording, new bool[4]);

        var sent = Enumerable.Range(6, 4).Sum(r => Encoding.UTF8.GetByteCount(
            FormattableString.Invariant(
                $"{{\"ts\":1583748873000,\"values\":{{\"flow\":{recording.Row(r)[0]},\"current\":{recording.Row(r)[1]}}}}}")));

        Assert.InRange(Traffic.Received(judged), sent, sent + 4);
    }

    [Fact]
    public void An_event_is_forwarded_where_it_opens_where_it_closes_and_every_five_minutes_between()
    {
        var recording = Some.Recording(1400, 3) with { Name = "a" };
        var traffic = new Traffic(new() { Input = new() });
        long Of(int start, int end) =>
            traffic.Forwarded(new JudgedRecording(recording, [.. Enumerable.Range(0, 1400).Select(r => r >= start && r < end)]));

        Assert.Equal(0, Of(0, 0));
        Assert.Equal(2 * Of(1390, 1400), Of(10, 20));
        Assert.Equal(4 * Of(1390, 1400), Of(10, 700));
    }

    private Evaluated Evaluate(string bundle, string protocol = Evaluating.Plain, string? channel = null) =>
        new Evaluating(new EvaluateRequest(bundle, _folder.Place("data"), protocol, null, channel, null)).Run();
}

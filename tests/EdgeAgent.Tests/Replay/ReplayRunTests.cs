using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Replay;

public sealed class ReplayRunTests : IDisposable
{
    private readonly ReplayBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Each_message_goes_to_the_sources_that_listen_to_its_topic()
    {
        var lines = Enumerable.Range(0, 4).SelectMany(i => (string[])
        [
            ReplayBench.Pump("p1", i, 0), ReplayBench.Fan("fans/both/x", i, 0), ReplayBench.Fan("plant/p1/telemetry/fan", i, 0),
            ReplayBench.Line("zigbee2mqtt/bridge/state", """{"state":"online","a":1}"""),
        ]);
        var (summary, _) = _bench.Replay(lines);
        Assert.Equal(["fans-both fan", "p1 pump", "plant-p1 fan"], _bench.Judged.Distinct().Order(StringComparer.Ordinal));
        Assert.Contains("12 readings in", summary);
        // The third source hears the fans as well, and has no detector.
        Assert.Contains("4 filtered: 0 late, 0 without a channel of the model, 4 without a detector", summary);
        Assert.Contains("4 messages of other topics left out: the sources listen to $share/group/plant/+/telemetry, fans/#, "
            + "plant/+/telemetry/fan and 1 more", summary);
        Assert.DoesNotContain("not usable", summary);
    }

    [Fact]
    public void Windows_of_which_the_model_makes_no_number_are_counted_as_live()
    {
        using var bench = new ReplayBench(OnnxParts.Graph(
            [OnnxParts.Node("Sqrt", ["input"], ["output"])], [], [OnnxParts.Value("input", OnnxParts.Float32, 1)],
            [OnnxParts.Value("output", OnnxParts.Float32, 1)]));
        float[] values = [0, 0, 4, -4, -9, -9, 4];
        string[] lines = [.. values.Select((a, i) => ReplayBench.Pump("p1", i, a))];

        Assert.Contains("3 windows not judged: of 3 the output of the model is not a number", bench.Replay(lines).Summary);
        Assert.Contains("\"notJudged\":3,\"notANumber\":3", bench.Replay(lines, isJson: true).Summary);
        Assert.Null(bench.Replay(lines).Nothing);
    }

    [Fact]
    public void One_source_that_is_asked_for_takes_only_its_topics()
    {
        var lines = Enumerable.Range(0, 4).SelectMany(i => (string[])[ReplayBench.Pump("p1", i, 0), ReplayBench.Fan("fans/f1", i, 0)]);
        var (summary, _) = _bench.Replay(lines, source: "fans");
        Assert.Equal(["fans-f1 fan"], _bench.Judged.Distinct());
        Assert.Contains("4 messages of other topics left out: source fans listens to fans/#, plant/+/telemetry/fan", summary);
        Assert.Contains("\"otherTopics\":4", _bench.Replay(lines, source: "fans", isJson: true).Summary);
    }

    [Fact]
    public void Payloads_without_topics_go_to_the_first_source()
    {
        _bench.Replay(Enumerable.Range(0, 4).Select(i => $$$"""{"ts":{{{1767225600 + i}}},"values":{"a":0}}"""));
        Assert.Equal(["recording pump"], _bench.Judged.Distinct());
    }

    [Fact]
    public void Only_messages_of_other_topics_are_told_as_such()
    {
        var (_, nothing) = _bench.Replay([ReplayBench.Fan("Fans/f1", 0, 0)]);
        Assert.StartsWith("nothing was judged: no message is of a topic that the sources listen to", nothing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_of_which_nothing_can_be_used_says_so_and_what_helps()
    {
        var (summary, nothing) = _bench.Replay([ReplayBench.Line("plant/p1/telemetry", """{"values":{"a":1}}""")]);
        Assert.Contains("1 recording, 1 reading in", summary);
        Assert.Equal("nothing was judged: none of the messages can be used: correct time, or set without_time = \"arrival\" to take the time "
            + "of arrival then", nothing);
    }

    [Fact]
    public void A_cut_last_line_is_one_line_that_cannot_be_used_and_no_device()
    {
        var lines = Enumerable.Range(0, 4).Select(i => ReplayBench.Pump("p1", i, 0)).ToList();
        var (summary, _) = _bench.Replay([.. lines, lines[0][..30]]);
        Assert.Contains($"1 not usable, the first: {_bench.File("recording.jsonl")}:5: no whole message with its topic, as the lines before",
            summary);
        Assert.Equal(["p1 pump"], _bench.Judged.Distinct());
    }

    [Fact]
    public void What_is_unusual_about_a_table_is_told_as_fit_tells_it()
    {
        var rows = Enumerable.Range(0, 9).Select(i => $"03/09/2024 10:00:0{i};{i}.5");
        var notes = _bench.Notes("time;a\n" + string.Join('\n', rows));
        Assert.Contains("recording.csv: all readings are of one date, of which nothing tells whether day or month stands first", notes);
        Assert.Contains("\"03/09/2024 10:00:00\" is taken as month first", notes);
    }

    [Fact]
    public void Each_anomaly_is_a_line()
    {
        float[] course = [0, 0, 0, 0, 2, 3.25f, 2, 0, 0, 0, 0, 0, 0];
        var (summary, _) = _bench.Replay(course.Select((a, i) => ReplayBench.Pump("p1", i, a)));
        Assert.Contains("1 recording, 13 readings in", summary);
        Assert.Matches(@"1 anomaly, 2 events of [0-9,]+ bytes together", summary);
        Assert.Contains("  device  detector  begin                end                  peak  severity", summary);
        Assert.Matches(@"\n  p1      pump      2026-01-01 00:00:0[4-6]  2026-01-01 00:00:0[6-9]  3\.25  (warning|critical)", summary);
    }

    [Fact]
    public void Of_many_anomalies_twenty_are_shown()
    {
        var lines = Enumerable.Range(0, 25)
            .SelectMany(p => Enumerable.Range(0, 8).Select(i => ReplayBench.Pump($"p{p}", i, i < 4 ? 0 : 2)));
        var (summary, _) = _bench.Replay(lines);
        Assert.Equal(20, summary.Split('\n').Count(l => l.Contains("still open", StringComparison.Ordinal)));
        Assert.Contains("  … 5 more; --events FILE writes all", summary);
    }
}

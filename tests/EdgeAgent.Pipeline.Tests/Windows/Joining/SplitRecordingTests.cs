using System.Globalization;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;
using EdgeAgent.Recordings;

namespace EdgeAgent.Pipeline.Tests.Windows.Joining;

/// <summary>
/// A recording of the demo, as a message a reading and as a message a channel, 100 ms apart, judged by the model that is shipped.
/// </summary>
public sealed class SplitRecordingTests : IDisposable
{
    private const int Readings = 700;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Sent_channel_by_channel_a_recording_gives_the_same_scores_and_events()
    {
        var (joint, split) = (Play("joint", apart: false), Play("split", apart: true));
        Assert.Equal(Readings - 60 + 1, joint.Scores.Count);
        Assert.Equal(joint.Scores, split.Scores);
        Assert.Equal(joint.Events, split.Events);
        Assert.Equal((Readings * 8, 0), (split.Lane.Counters.Windowed, split.Lane.Counters.Filtered));
    }

    [Fact]
    public void Taken_message_by_message_it_would_not()
    {
        var split = Play("split", apart: true, s => s.Reading.Mode = ReadingMode.Message);
        Assert.InRange(split.Scores.Count(s => s.Score >= 1), split.Scores.Count / 10, split.Scores.Count);
    }

    private Watch Play(string name, bool apart, Action<SourceOptions>? change = null)
    {
        var file = _temp.File($"{name}.jsonl");
        File.WriteAllLines(file, Messages(apart));
        var folder = Repository.Model;
        var source = Some.Source(change);
        var options = new AgentOptions
        {
            Sources = [source], Detectors = [new DetectorOptions { Name = "health", Source = "pumps", Model = folder }],
        };
        using var model = OnnxModel.Load(ModelBundle.Load(folder));
        var watch = new Watch();
        watch.Lane = new Lane(
            new DetectionSetup(options.Detection, new Dictionary<string, OnnxModel> { [folder] = model }), watch, new LogLines(), watch);
        using var deadLetter = new DeadLetter(null, new LogLines(), TimeProvider.System);
        using var player = new RecordingPlayer([source], new LaneRunner(watch.Lane), deadLetter, decodesMessages: true);
        player.Play(Assert.Single(RecordingFiles.Find([file])), null, null, CancellationToken.None);
        watch.Lane.Dispose();
        return watch;
    }

    private static IEnumerable<string> Messages(bool apart)
    {
        var lines = File.ReadLines(Repository.Recording).Take(Readings + 1).Select(l => l.Split(';'))
            .ToArray();
        var channels = lines[0][1..9];
        foreach (var line in lines.Skip(1))
        {
            var time = DateTime.ParseExact(line[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var values = channels.Select((c, i) => $"{JsonSerializer.Serialize(c)}: {line[i + 1]}").ToArray();
            if (!apart)
                yield return Message(time, string.Join(", ", values));
            for (var c = 0; apart && c < values.Length; c++)
                yield return Message(time.AddMilliseconds(100 * c), values[c]);
        }

        static string Message(DateTime time, string values) =>
            "{\"topic\": \"plant/valve1-3/telemetry\", \"payload\": "
                + $"{{\"ts\": \"{time:yyyy-MM-ddTHH:mm:ss.fff}Z\", \"values\": {{{values}}}}}}}";
    }

    private sealed class Watch : IEventSink, IJudgementObserver
    {
        private readonly CloudEventEncoder _encoder = new(new AgentIdentity("site", "agent"));

        public Lane Lane { get; set; } = null!;
        public List<(long TimeTicks, float Score)> Scores { get; } = [];
        public List<string> Events { get; } = [];

        public void Take(AnomalyEvent anomaly, EventReceipt? receipt) =>
            Events.Add(System.Text.Encoding.UTF8.GetString(_encoder.Encode(anomaly)));

        public void Judged(DetectorTrack track, long timeTicks, float score) => Scores.Add((timeTicks, score));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

/// <summary>A model that does not end, or fails, takes itself out of service; the lane and its other models go on.</summary>
public sealed class OverdueModelTests : IEventSink, IJudgementObserver, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();
    private readonly List<(string Detector, float Score)> _judged = [];
    private readonly Dictionary<string, OnnxModel> _models = [];
    private LaneFeed _feed = null!;
    private int _second;
    private string[] _channels = ["a"];

    public void Dispose()
    {
        foreach (var model in _models.Values) model.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_run_without_end_takes_its_detector_out_of_service_and_the_other_one_judges()
    {
        using var lane = Lane(("trap", HostileOnnx.EndlessAbove100()), ("good", TinyOnnx.Linear([1])));
        Send(0, 3);
        Assert.Contains(("trap", 3f), _judged);

        var watch = Stopwatch.StartNew();
        Send(500, 4, 5, 6);
        var elapsed = watch.Elapsed;

        Assert.True(elapsed < TimeSpan.FromSeconds(20), $"{elapsed}");
        Assert.DoesNotContain(_judged, j => j.Detector == "trap" && j.Score > 3);
        Assert.Equal([500f, 4, 5, 6], _judged.Where(j => j.Detector == "good").Select(j => j.Score).TakeLast(4));
        var trouble = Assert.Single(
            DetectorTroubles.Find([lane]), t => t.Text.StartsWith("out of service: trap", StringComparison.Ordinal));
        Assert.Contains("a run took longer than 0.1 s and was ended", trouble.Text);
        Assert.Single(_log.Lines, l => l.Contains("model trap", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_that_fail_are_a_trouble_and_told_a_few_times()
    {
        using var lane = Lane(("failing", HostileOnnx.Failing()), ("good", TinyOnnx.Linear([1])));
        for (var i = 0; i < 100; i++) Send(i);

        Assert.Equal(100, _judged.Count(j => j.Detector == "good"));
        Assert.Contains(
            DetectorTroubles.Find([lane]), t => t.Text.Contains("runs of model failing fail, 100 windows", StringComparison.Ordinal));
        Assert.InRange(_log.Lines.Count(l => l.Contains("windows not judged", StringComparison.Ordinal)), 1, 10);
    }

    [Fact]
    public void Channels_that_an_event_cannot_be_put_down_to_are_a_trouble()
    {
        _channels = ["a", "b"];
        // A window is judged in time; to find the channels it is run with each of them put to normal, which lasts as good as for ever.
        using var lane = Lane(("shy", HostileOnnx.EndlessWhereChannelsDiffer()));
        Assert.DoesNotContain(DetectorTroubles.Find([lane]), t => t.Text.Contains("shares", StringComparison.Ordinal));
        for (var i = 0; i < 20; i++) Send(50);

        Assert.Contains(("shy", 50f), _judged);
        var trouble = Assert.Single(DetectorTroubles.Find([lane]), t => t.Text.StartsWith("events of shy", StringComparison.Ordinal));
        Assert.Contains("do not tell the channels' shares:", trouble.Text);
    }

    void IEventSink.Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        // What was judged is all that matters here.
    }

    void IJudgementObserver.Judged(DetectorTrack track, long timeTicks, float score) => _judged.Add((track.Detector.Options.Name, score));

    /// <summary>A lane with a detector for each model, of the same name, that has been sent two zeros, which calibrate.</summary>
    private Lane Lane(params (string Name, byte[] Model)[] models)
    {
        foreach (var (name, model) in models)
        {
            var manifest = TinyBundle.Sum(_channels) with { Name = name };
            // Nobody tries beforehand whether its windows may be run together.
            manifest.Input.Alone = true;
            var folder = TinyBundle.Write(_temp.File(name), manifest, model);
            _models[name] = OnnxModel.Load(ModelBundle.Load(folder));
        }
        var options = new AgentOptions
        {
            Sources = [Some.Source()],
            Detectors = [.. models.Select(m => new DetectorOptions
            {
                Name = m.Name, Source = "pumps", Model = m.Name, RunLimit = TimeSpan.FromMilliseconds(100),
            })],
        };
        var lane = new Lane(new DetectionSetup(options.Detection, _models), this, _log, this);
        _feed = new LaneFeed(options.Sources[0], [lane], _log);
        Send(0, 0);
        return lane;
    }

    /// <summary>A reading a second, each a message of its own.</summary>
    private void Send(params float[] readings)
    {
        foreach (var value in readings)
        {
            var time = 1_767_225_600 + _second++;
            var values = string.Join(", ", _channels.Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{c}\": {value}")));
            var payload = string.Create(CultureInfo.InvariantCulture, $"{{\"ts\": {time}, \"values\": {{{values}}}}}");
            _feed.Send("evil"u8, Encoding.UTF8.GetBytes(payload), DateTime.UtcNow.Ticks);
            _feed.HandOver();
        }
    }
}

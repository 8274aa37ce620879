using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>Plays series through the agent's own lane, each as a device that nothing is known of.</summary>
internal sealed class SeriesReplay : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly BundleManifest _manifest;
    private readonly ModelProto _model;
    private readonly DeviceReplay? _replay;
    private readonly TimeSpan _step;

    /// <param name="bundle">A bundle's folder.</param>
    /// <param name="step">From one row to the next of series without times; null: a second.</param>
    /// <param name="change">What to change of its manifest, to see what that brings.</param>
    public SeriesReplay(string bundle, TimeSpan? step = null, Action<BundleManifest>? change = null)
    {
        var loaded = ModelBundle.Load(bundle);
        _manifest = loaded.Manifest;
        _step = step ?? TimeSpan.FromSeconds(1);
        change?.Invoke(_manifest);
        _model = OnnxFile.Read(loaded.ModelPath);
        (TakesAny, TakesMany) = (loaded.TakesAnyChannel, loaded.TakesManyChannels);
        if (!TakesMany) _replay = new DeviceReplay(_manifest, _model, provisional: true);
    }

    private bool TakesAny { get; }
    private bool TakesMany { get; }

    /// <summary>What is promised of its events; null: nothing.</summary>
    public ManifestPromise? Promise => _manifest.Decision.Promise;

    /// <summary>From one row of a series to the next.</summary>
    public TimeSpan StepOf(LabelledSeries series) => series.Step ?? _step;

    /// <summary>Rows that a device calibrates on.</summary>
    public int First => (int)_manifest.ReadingsBefore;

    /// <summary>
    /// Judges a series: each channel for itself where the model takes any one, all together where it names its own or takes any number.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="allChannels">Of a model of any one channel: all of them, not just the first.</param>
    /// <param name="times">Of every value this many times, and ...</param>
    /// <param name="plus">... this more, as if it were sent in another unit.</param>
    /// <exception cref="ModelingException">It lacks a channel, or is too short to be judged.</exception>
    public IEnumerable<(string Name, float[] Values, PlayedReadings Played)> Judge(
        LabelledSeries series, bool allChannels, float times = 1, float plus = 0)
    {
        if (TakesMany)
        {
            using var many = new DeviceReplay(OpenChannels.Named(_manifest, series.Channels, _manifest.Name), _model, provisional: true);
            yield return (series.Name, series.Column(0), Play(many, series, series.Channels, series.Values, times, plus));
            yield break;
        }
        if (!TakesAny)
        {
            int[] channels = [.. _manifest.Channels.Select(c => Position(series, c.Name))];
            float[] rows = [.. Enumerable.Range(0, series.Rows)
                .SelectMany(r => channels.Select(c => series.Values[r * series.Channels.Length + c]))];
            var played = Play(_replay!, series, [.. _manifest.Channels.Select(c => c.Name)], rows, times, plus);
            yield return (series.Name, series.Column(channels[0]), played);
            yield break;
        }
        for (var c = 0; c < (allChannels ? series.Channels.Length : 1); c++)
            yield return (allChannels ? $"{series.Name} {series.Channels[c]}" : series.Name, series.Column(c),
                Play(_replay!, series, [ManifestChannel.Any], series.Column(c), times, plus));
    }

    public void Dispose() => _replay?.Dispose();

    private static int Position(LabelledSeries series, string channel) => Array.IndexOf(series.Channels, channel) is >= 0 and var position
        ? position : throw new ModelingException($"{series.Name}: has no column {channel}; the model needs it");

    private PlayedReadings Play(
        DeviceReplay replay, LabelledSeries series, string[] channels, float[] values, float times, float plus)
    {
        float[] sent = times == 1 && plus == 0 ? values : [.. values.Select(v => v * times + plus)];
        var step = StepOf(series);
        DateTime[] at = [.. Enumerable.Range(0, series.Rows).Select(r => Start + r * step)];
        return replay.Play(new Recording(series.Name, channels, at, [], sent, null));
    }
}

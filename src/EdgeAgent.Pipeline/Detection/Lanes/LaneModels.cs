using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>What one lane judges with: its own detectors by source, and a stage for each model, however many detectors share it.</summary>
internal sealed class LaneModels : IDisposable
{
    private readonly Dictionary<string, LaneDetector[]> _detectorsOfSource;
    private readonly Dictionary<LaneDetector, InferenceStage> _stageOf = [];
    private readonly Dictionary<OnnxModel, InferenceStage> _stages = [];

    /// <param name="setup">The detectors and their models.</param>
    /// <param name="stage">Makes the stage of a model, and of what a run of it may take.</param>
    /// <param name="before">What the lane judges with so far; detectors and stages that stay the same are taken from it. Null:
    /// nothing.</param>
    public LaneModels(DetectionSetup setup, Func<OnnxModel, TimeSpan, InferenceStage> stage, LaneModels? before = null)
    {
        try
        {
            _detectorsOfSource = setup.Options.Detectors.GroupBy(d => d.Source).ToDictionary(g => g.Key, g => g.Select(Build).ToArray());
        }
        catch
        {
            if (before is null)
                Dispose();
            else
                DisposeAllBut(before);
            throw;
        }

        LaneDetector Build(DetectorOptions detector)
        {
            var model = setup.Models[detector.ModelKey];
            if (!_stages.TryGetValue(model, out var judge))
                _stages[model] = judge = StageOf(model, setup.RunLimitOf(detector.ModelKey));
            var same = before?.Detectors.FirstOrDefault(d => d.Options.Name == detector.Name);
            var built = same is not null && setup.IsUnchanged(detector.Name) ? same
                : new LaneDetector(detector, model.Bundle, setup.RulesOf(detector), setup.Gates, same?.Counters, setup.ReadingOf(detector));
            _stageOf[built] = judge;
            return built;
        }

        InferenceStage StageOf(OnnxModel model, TimeSpan runLimit) =>
            before?._stages.GetValueOrDefault(model) is { } same && same.RunLimit == runLimit ? same : stage(model, runLimit);
    }

    public IEnumerable<LaneDetector> Detectors => _stageOf.Keys;
    public IEnumerable<InferenceStage> Stages => _stages.Values;

    /// <summary>Models that cannot be run now, and the detectors that they judge for.</summary>
    public IEnumerable<(ModelOutage Outage, IReadOnlyList<string> Detectors)> Outages => _stages.Values
        .Where(s => s.Outage.Reason is not null).Select(s => (s.Outage, NamesOf(s)));

    /// <summary>Models that could not tell lately which channels an event is due to, and the detectors that they judge for.</summary>
    public IEnumerable<(ModelOutage Outage, IReadOnlyList<string> Detectors)> AttributionOutages => _stages.Values
        .Where(s => s.Attribution.IsRecent).Select(s => (s.Attribution, NamesOf(s)));

    private IReadOnlyList<string> NamesOf(InferenceStage stage) =>
        [.. _stageOf.Where(d => d.Value == stage).Select(d => d.Key.Options.Name)];

    /// <summary>The detectors that judge a source's devices.</summary>
    public LaneDetector[] Of(string source) => _detectorsOfSource.GetValueOrDefault(source, []);

    public InferenceStage StageOf(LaneDetector detector) => _stageOf[detector];

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge()
    {
        foreach (var stage in _stages.Values)
            stage.Run();
    }

    /// <summary>Whether a closed gate stands before the detector. It ends what is open, and the window starts anew behind it.</summary>
    public bool KeepsOut(DetectorTrack track, long timeTicks, int messageIndex)
    {
        var (was, isNow) = (track.IsKeptOut, track.Detector.Gate is { IsOpen: false });
        track.IsKeptOut = isNow;
        if (was || !isNow) return isNow;
        var stage = StageOf(track.Detector);
        stage.Run();
        stage.CloseBecause(track, timeTicks, messageIndex, "gate");
        WindowStage.StartAnew(track);
        track.Joiner?.Drop();
        return true;
    }

    /// <summary>Disposes the stages that <paramref name="other"/> does not have.</summary>
    public void DisposeAllBut(LaneModels other)
    {
        foreach (var (model, stage) in _stages)
            if (other._stages.GetValueOrDefault(model) != stage) stage.Dispose();
    }

    public void Dispose()
    {
        foreach (var stage in _stages.Values)
            stage.Dispose();
    }
}

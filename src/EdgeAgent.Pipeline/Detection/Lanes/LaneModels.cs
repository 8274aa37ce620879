using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Detection.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A lane's own detectors by source, and the stage that runs each one's model: one a model, however many share it.</summary>
internal sealed class LaneModels : IDisposable
{
    private readonly Dictionary<string, LaneDetector[]> _detectorsOfSource;
    private readonly Dictionary<LaneDetector, InferenceStage> _stageOf = [];
    private readonly InferenceStage[] _stages;

    /// <param name="options">The configuration.</param>
    /// <param name="models">The models by their folder.</param>
    /// <param name="decide">Makes what follows a model's stage.</param>
    /// <param name="counters">The lane's.</param>
    /// <param name="logger">Told when a model fails.</param>
    /// <param name="gates">By name; null: there are none, and all that wait at one are judged.</param>
    public LaneModels(
        DetectionOptions options, IReadOnlyDictionary<string, OnnxModel> models, Func<OnnxModel, DecisionStage> decide, LaneCounters counters, ILogger logger,
        IReadOnlyDictionary<string, IGate>? gates = null)
    {
        var stages = new Dictionary<OnnxModel, InferenceStage>();
        _detectorsOfSource = options.Detectors.GroupBy(d => d.Source).ToDictionary(g => g.Key, g => g.Select(Build).ToArray());
        _stages = [.. stages.Values];

        LaneDetector Build(DetectorOptions detector)
        {
            var model = models[detector.Model];
            if (!stages.TryGetValue(model, out var stage))
                stages[model] = stage = new InferenceStage(model, decide(model), counters, logger);
            var rules = options.Rules.Where(r => r.Detector is null || r.Detector == detector.Name);
            var built = new LaneDetector(detector, model.Bundle, rules, gates);
            _stageOf[built] = stage;
            return built;
        }
    }

    public IEnumerable<LaneDetector> Detectors => _stageOf.Keys;
    public IReadOnlyList<InferenceStage> Stages => _stages;

    /// <summary>The detectors that judge a source's devices.</summary>
    public LaneDetector[] Of(string source) => _detectorsOfSource.GetValueOrDefault(source, []);

    public InferenceStage StageOf(LaneDetector detector) => _stageOf[detector];

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge()
    {
        foreach (var stage in _stages)
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
        return true;
    }

    public void Dispose()
    {
        foreach (var stage in _stages)
            stage.Dispose();
    }
}

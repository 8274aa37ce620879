using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>What lanes judge with. Immutable.</summary>
/// <param name="Options">Detectors and rules.</param>
/// <param name="Models">The models by their detectors' <see cref="DetectorOptions.ModelKey"/>.</param>
/// <param name="Gates">By name; null: there are none, and all that wait at one are judged.</param>
/// <param name="Unchanged">Detectors that are as they were in the setup before, rules, gates and model included; null: none.</param>
internal sealed record DetectionSetup(
    DetectionOptions Options, IReadOnlyDictionary<string, OnnxModel> Models, IReadOnlyDictionary<string, IGate>? Gates = null,
    IReadOnlySet<string>? Unchanged = null)
{
    /// <summary>The rules that concern a detector.</summary>
    public IEnumerable<RuleOptions> RulesOf(DetectorOptions detector) =>
        Options.Rules.Where(r => r.Detector is null || r.Detector == detector.Name);

    /// <summary>What a run of a model may take: the least that one of its detectors allows.</summary>
    public TimeSpan RunLimitOf(string model) => Options.Detectors.Where(d => d.ModelKey == model).Min(d => d.RunLimit);

    /// <summary>What makes a reading of the detector's source.</summary>
    public ReadingOptions ReadingOf(DetectorOptions detector) => Options.Readings.GetValueOrDefault(detector.Source) ?? new();

    /// <summary>Whether the detector is as it was.</summary>
    public bool IsUnchanged(string detector) => Unchanged?.Contains(detector) == true;
}

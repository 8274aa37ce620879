using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Detection;

/// <summary>What judges the devices: the tables <c>[detectors.NAME]</c> and <c>[[rules]]</c>.</summary>
/// <param name="Detectors">The detectors.</param>
/// <param name="Rules">The rules.</param>
public sealed record DetectionOptions(IReadOnlyList<DetectorOptions> Detectors, IReadOnlyList<RuleOptions> Rules);

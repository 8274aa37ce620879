using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection;

/// <summary>What judges the devices: the tables <c>[detectors.NAME]</c> and <c>[[rules]]</c>.</summary>
/// <param name="Detectors">The detectors.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Readings">What makes a reading, by source; a source that is not there has the defaults.</param>
public sealed record DetectionOptions(
    IReadOnlyList<DetectorOptions> Detectors, IReadOnlyList<RuleOptions> Rules, IReadOnlyDictionary<string, ReadingOptions> Readings);

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Cli;

/// <summary>What memory the agent may come to need, in words.</summary>
internal static class MemoryWords
{
    /// <summary>The bound of a configuration, with the models that can be used.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="verdicts">What came of trying its models; one that was not tried is taken to have an open batch axis.</param>
    public static MemoryBound BoundOf(AgentOptions options, IReadOnlyDictionary<string, TrialVerdict> verdicts)
    {
        var bundles = new Dictionary<string, ModelBundle>();
        foreach (var folder in options.Detectors.Select(d => d.Model).Distinct())
        {
            try
            {
                if (verdicts.GetValueOrDefault(folder)?.Problem is null) bundles[folder] = ModelBundle.Load(folder);
            }
            catch (BundleException)
            {
                // Told where models are checked: its detectors are out of service and need nothing.
            }
        }
        return MemoryBound.Of(
            options, bundles, Environment.ProcessorCount,
            verdicts.ToDictionary(v => v.Key, v => new BatchMemory(v.Value.Batch, v.Value.TensorBytes)));
    }

    /// <summary>Such as <c>memory: up to 226 MiB for 10,000 devices (device_limit of pumps) × 1 detector</c>.</summary>
    public static string Of(MemoryBound bound)
    {
        var devices = bound.Sources.Select(s =>
            $"{Words.Count(s.Devices)} devices (device_limit of {s.Source}) × {Words.Number(s.Detectors, "detector")}");
        return $"up to {Words.Bytes(bound.Bytes)}{(bound.Sources.Count == 0 ? "" : " for ")}{string.Join(" and ", devices)}, of which "
            + $"{Words.Bytes(bound.RuntimeBytes)} lie in the runtime folder";
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Cli;

/// <summary>Whether the models of a configuration can be used: they load, their golden windows hold, their channels are there.</summary>
internal static class ModelCheck
{
    /// <summary>What is wrong, a line each.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="tell">Hears of each model that is fine in itself.</param>
    /// <param name="isKnownGood">Whether a folder holds a model that runs already, which costs nothing to check; null: none does.</param>
    public static IReadOnlyList<string> Troubles(AgentOptions options, Action<string>? tell = null, Func<string, bool>? isKnownGood = null)
    {
        var troubles = new List<string>();
        foreach (var detectors in options.Detectors.GroupBy(d => d.Model).Where(d => isKnownGood?.Invoke(d.Key) != true))
            Check(detectors.Key, detectors, options, troubles, tell);
        return troubles;
    }

    private static void Check(
        string folder, IEnumerable<DetectorOptions> detectors, AgentOptions options, List<string> troubles, Action<string>? tell)
    {
        try
        {
            using var model = OnnxModel.Load(ModelBundle.Load(folder));
            var manifest = model.Bundle.Manifest;
            var golden = GoldenCheck.Run(model);
            tell?.Invoke($"√ {folder}: {manifest.Name} {manifest.Version}, {(model.Bundle.TakesAnyChannel ? "any channel" : $"{manifest.Channels.Count} channels")}, window {manifest.Window.Length}, {golden} golden windows hold");
            troubles.AddRange(detectors.Select(d => ChannelChoice.Problem(d, options.Sources.Find(s => s.Name == d.Source), model.Bundle))
                .OfType<string>());
        }
        catch (BundleException e)
        {
            troubles.Add(e.Message);
        }
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline;

/// <summary>
/// The models that a configuration names, each loaded once, however many detectors use it. One that cannot be used takes
/// its detectors out of service and nothing else.
/// </summary>
internal sealed class ModelShelf : IDisposable
{
    private readonly Dictionary<string, OnnxModel> _models = [];
    private readonly List<string> _troubles = [];

    public ModelShelf(AgentOptions options)
    {
        foreach (var folder in options.Detectors.Select(d => d.Model).Distinct())
        {
            try
            {
                _models[folder] = OnnxModel.Load(ModelBundle.Load(folder));
            }
            catch (BundleException e)
            {
                _troubles.Add(e.Message);
            }
        }
        InService = options with { Detectors = [.. options.Detectors.Where(d => _models.ContainsKey(d.Model) && Fits(d, options))] };
    }

    public IReadOnlyDictionary<string, OnnxModel> Models => _models;
    /// <summary>What is wrong with those that could not be loaded.</summary>
    public IReadOnlyList<string> Troubles => _troubles;
    /// <summary>The configuration without the detectors that lack their model.</summary>
    public AgentOptions InService { get; }

    private bool Fits(DetectorOptions detector, AgentOptions options)
    {
        var source = options.Sources.Find(s => s.Name == detector.Source);
        if (ChannelChoice.Problem(detector, source, _models[detector.Model].Bundle) is not { } problem) return true;
        _troubles.Add(problem);
        return false;
    }

    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
    }
}

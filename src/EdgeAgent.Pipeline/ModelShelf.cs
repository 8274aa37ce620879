using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Pipeline;

/// <summary>Loads the models that a configuration names, each once, however many detectors use it.</summary>
internal static class ModelShelf
{
    /// <exception cref="BundleException">One cannot be used; those loaded before it are let go.</exception>
    public static Dictionary<string, OnnxModel> Load(AgentOptions options)
    {
        var models = new Dictionary<string, OnnxModel>();
        try
        {
            foreach (var folder in options.Detectors.Select(d => d.Model).Distinct())
                models[folder] = OnnxModel.Load(ModelBundle.Load(folder));
            return models;
        }
        catch
        {
            foreach (var model in models.Values)
                model.Dispose();
            throw;
        }
    }
}

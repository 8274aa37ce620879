using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// The models that a configuration names, each loaded once, however many detectors use it; folders with the same content share a session.
/// One that cannot be used takes its detectors out of service and nothing else.
/// </summary>
internal sealed partial class ModelShelf : IDisposable
{
    private readonly Dictionary<string, OnnxModel> _models = [];
    private readonly List<string> _troubles = [];
    private readonly List<OnnxModel> _loaded = [];

    /// <param name="options">The configuration.</param>
    /// <param name="verdicts">What came of trying the models; null: they are not tried before.</param>
    /// <param name="before">Gives the models that are as they were; null: all are loaded.</param>
    /// <param name="isUnchanged">Whether a folder holds what it held.</param>
    public ModelShelf(
        AgentOptions options, IReadOnlyDictionary<string, TrialVerdict>? verdicts = null, ModelShelf? before = null,
        Func<string, bool>? isUnchanged = null)
    {
        foreach (var folder in FoldersOf(options))
        {
            try
            {
                _models[folder] = before?._models.GetValueOrDefault(folder) is { } model && isUnchanged!(folder)
                    ? model : Load(folder, verdicts?.GetValueOrDefault(folder), before);
            }
            catch (BundleException e)
            {
                _troubles.Add(e.Message);
            }
        }
        var fitting = options.Detectors.Where(d => _models.ContainsKey(d.Model) && Fits(d, options)).Select(d => Named(d, options));
        InService = options with { Detectors = [.. fitting.Where(d => CanName(d, before, isUnchanged))] };
    }

    /// <summary>By folder, or by <see cref="DetectorOptions.ModelKey"/> where channels are named.</summary>
    public IReadOnlyDictionary<string, OnnxModel> Models => _models;
    /// <summary>What is wrong with those that could not be loaded.</summary>
    public IReadOnlyList<string> Troubles => _troubles;
    /// <summary>The configuration without the detectors that lack their model.</summary>
    public AgentOptions InService { get; }

    /// <summary>The folders of the models that a configuration names.</summary>
    public static IReadOnlyCollection<string> FoldersOf(AgentOptions options) => [.. options.Detectors.Select(d => d.Model).Distinct()];

    /// <summary>Tells what was loaded and how long that took, what is wrong, and what follows.</summary>
    public void Log(ILogger logger)
    {
        foreach (var model in _loaded)
            if (model.ColdStart is { } cold)
                ModelLoaded(logger, model.Bundle.Manifest.Name, model.Bundle.Manifest.Version, model.Bundle.Folder,
                    cold.Load.TotalMilliseconds, cold.FirstRun.TotalMilliseconds, cold.NextRun.TotalMilliseconds);
        foreach (var trouble in Troubles)
            ModelOutOfService(logger, trouble);
    }

    /// <summary>Whether a folder's model is loaded, and fits all detectors of a configuration that use it.</summary>
    public bool Fits(string folder, AgentOptions options) =>
        _models.ContainsKey(folder) && options.Detectors.TrueForAll(d => d.Model != folder || Problem(d, options) is null);

    /// <summary>Takes the place of <paramref name="before"/>: what only that has is unloaded, and what is new is told.</summary>
    public void Succeed(ModelShelf before, ILogger logger)
    {
        before.DisposeAllBut(this);
        Log(logger);
    }

    /// <summary>Unloads the models that <paramref name="other"/> does not have.</summary>
    public void DisposeAllBut(ModelShelf other)
    {
        foreach (var model in _models.Values.Except(other._models.Values))
            model.Dispose();
    }

    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
    }

    /// <summary>What was tried is what is used, or it is not used.</summary>
    private OnnxModel Load(string folder, TrialVerdict? verdict, ModelShelf? before)
    {
        if (verdict?.Problem is { } problem) throw new BundleException(problem);
        var bundle = ModelBundle.Load(folder);
        if (verdict is not null && verdict.Digest != bundle.Digest)
            throw new BundleException($"{folder}: was changed while it was tried; reload when it is whole");
        var there = before is null ? _models.Values : _models.Values.Concat(before._models.Values);
        var same = there.FirstOrDefault(m => m.Bundle.Digest == bundle.Digest);
        var model = same?.Share(bundle) ?? OnnxModel.Load(bundle, verdict?.LeastBatch);
        _loaded.Add(model);
        return model;
    }

    private DetectorOptions Named(DetectorOptions detector, AgentOptions options) =>
        NamedChannels.Of(detector, options.Sources.Find(s => s.Name == detector.Source), _models[detector.Model].Bundle);

    /// <summary>A model for any number of channels is loaded once more for those of a detector.</summary>
    private bool CanName(DetectorOptions named, ModelShelf? before, Func<string, bool>? isUnchanged)
    {
        if (_models.ContainsKey(named.ModelKey)) return true;
        try
        {
            _models[named.ModelKey] = before?._models.GetValueOrDefault(named.ModelKey) is { } model && isUnchanged!(named.Model)
                ? model : LoadNamed(named);
            return true;
        }
        catch (BundleException e)
        {
            _troubles.Add(e.Message);
            return false;
        }
    }

    /// <summary>Its trial was with one channel: its first runs with these, which have a limit, tell whether it can be run.</summary>
    private OnnxModel LoadNamed(DetectorOptions named)
    {
        var model = OnnxModel.Load(NamedChannels.Bundle(named, _models[named.Model].Bundle));
        if (model.ColdStart is null)
        {
            model.Dispose();
            throw new BundleException(
                $"{named.Model}: a run with the {named.Channels.Count} channels of detectors.{named.Name} fails or takes longer "
                + "than 10 s: name fewer channels, or see whether its graph takes any number of them");
        }
        _loaded.Add(model);
        return model;
    }

    private bool Fits(DetectorOptions detector, AgentOptions options)
    {
        if (Problem(detector, options) is not { } problem) return true;
        _troubles.Add(problem);
        return false;
    }

    private string? Problem(DetectorOptions detector, AgentOptions options) =>
        ChannelChoice.Problem(detector, options.Sources.Find(s => s.Name == detector.Source), _models[detector.Model].Bundle);

    [LoggerMessage(LogLevel.Information,
        "model {Model} {Version} of {Folder} is warm: loaded in {LoadMs:0.0} ms, first run {FirstMs:0.000} ms, then {NextMs:0.000} ms")]
    private static partial void ModelLoaded(
        ILogger logger, string model, string version, string folder, double loadMs, double firstMs, double nextMs);

    [LoggerMessage(LogLevel.Error, "{Trouble}. Its detectors are out of service; the rest goes on")]
    private static partial void ModelOutOfService(ILogger logger, string trouble);
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Serving;
using EdgeAgent.Inference.Trials;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Serving;

/// <summary>A model in the repository's list.</summary>
/// <param name="Name">By which it is asked.</param>
/// <param name="Version">Of its manifest; empty: it is not known.</param>
/// <param name="Reason">Why it is not served; null: it is.</param>
internal readonly record struct IndexEntry(string Name, string Version, string? Reason);

/// <summary>
/// The models that others may run: those of the detectors, and those of a folder. Each has a session of its own, so that nobody
/// outside has a hand in what the lanes judge with. Tried as any bundle before it is loaded.
/// </summary>
internal sealed class ServedModels(IBundleTrials? trials) : IDisposable
{
    private const int ModelLimit = 64;
    private const string NotLoaded = "not loaded";

    private readonly Lock _gate = new();
    private readonly Lock _loading = new();
    /// <summary>By name the versions, the one that was loaded last at the end.</summary>
    private readonly Dictionary<string, List<ServedModel>> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>What could not be loaded, and why.</summary>
    public IReadOnlyList<string> Failures
    {
        get { lock (_gate) return [.. _failures.Values]; }
    }

    public int Count
    {
        get { lock (_gate) return _models.Sum(m => m.Value.Count); }
    }

    /// <summary>A model, for as long as it is not disposed of.</summary>
    /// <param name="name">Of its manifest.</param>
    /// <param name="version">Null: the one that was loaded last.</param>
    /// <exception cref="ServingException">There is none.</exception>
    public ServedModel Hold(string name, string? version)
    {
        lock (_gate)
        {
            var versions = _models.GetValueOrDefault(name);
            if (versions?.FindLast(m => version is null || m.Bundle.Manifest.Version == version) is { } model && model.TryHold())
                return model;
            var have = versions is null ? string.Join(", ", _models.Keys.Order(StringComparer.Ordinal))
                : string.Join(", ", versions.Select(v => v.Bundle.Manifest.Version));
            throw new ServingException(versions is null
                ? $"there is no model \"{name}\"; {(have.Length == 0 ? "none is served" : $"served are {have}")}"
                : $"there is no version \"{version}\" of \"{name}\"; served are {have}", StatusCodes.Status404NotFound);
        }
    }

    public IReadOnlyList<string> VersionsOf(string name)
    {
        lock (_gate) return _models.TryGetValue(name, out var versions) ? [.. versions.Select(v => v.Bundle.Manifest.Version)] : [];
    }

    /// <summary>Loads the bundles of some folders; what is served already stays as it is. What fails is kept for those who ask.</summary>
    public void Load(IReadOnlyCollection<string> folders)
    {
        var verdicts = trials?.Run(folders);
        foreach (var folder in folders)
        {
            try
            {
                Load(folder, verdicts?.GetValueOrDefault(folder));
            }
            catch (BundleException e)
            {
                lock (_gate) _failures[folder] = e.Message;
            }
        }
    }

    /// <summary>Loads a bundle; one of the same name and version gives way to it.</summary>
    /// <exception cref="BundleException">It cannot be used.</exception>
    public void Load(string folder) => Load(folder, trials?.Run([folder]).GetValueOrDefault(folder));

    private void Load(string folder, TrialVerdict? verdict)
    {
        lock (_loading)
        {
            var bundle = ModelBundle.Load(folder);
            var (name, version) = (bundle.Manifest.Name, bundle.Manifest.Version);
            lock (_gate)
            {
                _failures.Remove(folder);
                if (_models.GetValueOrDefault(name)?.Exists(m => m.Bundle.Digest == bundle.Digest) == true) return;
                if (_models.Sum(m => m.Value.Count) >= ModelLimit)
                    throw new BundleException($"{folder}: {ModelLimit} models are served already; unload one");
            }
            if (verdict is not null && (verdict.Problem ?? Changed(verdict, bundle)) is { } problem) throw new BundleException(problem);
            var model = ServedModel.Load(bundle);
            ServedModel? before;
            lock (_gate)
            {
                if (!_models.TryGetValue(name, out var versions)) _models[name] = versions = [];
                before = versions.Find(m => m.Bundle.Manifest.Version == version);
                if (before is not null) versions.Remove(before);
                versions.Add(model);
            }
            before?.Dispose();
        }
    }

    /// <summary>Serves all versions of a model no more; runs that are under way come to their end.</summary>
    /// <returns>False: it was not served.</returns>
    public bool Unload(string name)
    {
        List<ServedModel>? gone;
        lock (_gate) _models.Remove(name, out gone);
        foreach (var model in gone ?? []) model.Dispose();
        return gone is not null;
    }

    /// <summary>All that is served, and what could be but is not.</summary>
    /// <param name="folders">Folders of the repository.</param>
    public IReadOnlyList<IndexEntry> Index(IEnumerable<string> folders)
    {
        lock (_gate)
        {
            var served = _models.Values.SelectMany(v => v).ToList();
            var known = served.Select(m => m.Bundle.Folder).ToHashSet(StringComparer.Ordinal);
            return
            [
                .. served.Select(m => new IndexEntry(m.Bundle.Manifest.Name, m.Bundle.Manifest.Version, null)),
                .. folders.Concat(_failures.Keys).Distinct().Where(f => !known.Contains(f))
                    .Select(f => new IndexEntry(Path.GetFileName(f), "", _failures.GetValueOrDefault(f) ?? NotLoaded)),
            ];
        }
    }

    public void Dispose()
    {
        List<ServedModel> all;
        lock (_gate)
        {
            all = [.. _models.Values.SelectMany(m => m)];
            _models.Clear();
        }
        foreach (var model in all) model.Dispose();
    }

    private static string? Changed(TrialVerdict verdict, ModelBundle bundle) => verdict.Digest == bundle.Digest
        ? null : $"{bundle.Folder}: was changed while it was tried; load it again when it is whole";
}

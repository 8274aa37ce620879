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

/// <summary>A served model in use: it stays loaded until this is disposed of.</summary>
internal sealed class HeldModel : IDisposable
{
    public HeldModel(ServedModel model)
    {
        model.Enter();
        Model = model;
    }

    public ServedModel Model { get; }

    public void Dispose() => Model.Leave();
}

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
    private volatile bool _isDisposed;
    /// <summary>By name the versions, the one that was loaded last at the end.</summary>
    private readonly Dictionary<string, List<ServedModel>> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>Nothing is loaded any more.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>What could not be loaded, and why.</summary>
    public IReadOnlyList<string> Failures
    {
        get { lock (_gate) return [.. _failures.Values]; }
    }

    public int Count
    {
        get { lock (_gate) return _models.Sum(m => m.Value.Count); }
    }

    /// <summary>A model that stays loaded until it is left.</summary>
    /// <param name="name">Of its manifest.</param>
    /// <param name="version">Null: the one that was loaded last.</param>
    /// <exception cref="ServingException">There is none.</exception>
    public HeldModel Hold(string name, string? version)
    {
        lock (_gate)
        {
            var versions = _models.GetValueOrDefault(name);
            if (versions?.FindLast(m => version is null || m.Bundle.Manifest.Version == version) is { } model) return new HeldModel(model);
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

    /// <summary>
    /// Loads the bundles of some folders, one behind the other; what is served already stays as it is. What fails is kept for those who
    /// ask.
    /// </summary>
    public void Load(IReadOnlyCollection<string> folders)
    {
        foreach (var folder in folders)
        {
            try
            {
                Load(folder);
            }
            catch (BundleException)
            {
                // It is among the failures.
            }
        }
    }

    /// <summary>Loads a bundle; one of the same name and version gives way to it. One loader at a time.</summary>
    /// <exception cref="BundleException">It cannot be used.</exception>
    public void Load(string folder)
    {
        lock (_loading)
        {
            if (_isDisposed) return;
            try
            {
                LoadTried(folder);
                lock (_gate) _failures.Remove(folder);
            }
            catch (BundleException e)
            {
                lock (_gate) _failures[folder] = e.Message;
                throw;
            }
        }
    }

    private void LoadTried(string folder)
    {
        var bundle = ModelBundle.Load(folder);
        var (name, version) = (bundle.Manifest.Name, bundle.Manifest.Version);
        lock (_gate)
        {
            if (_models.GetValueOrDefault(name)?.Exists(m => m.Bundle.Digest == bundle.Digest) == true) return;
            if (_models.Sum(m => m.Value.Count) >= ModelLimit)
                throw new BundleException($"{folder}: {ModelLimit} models are served already; unload one");
        }
        if (trials?.Run([folder]).GetValueOrDefault(folder) is { } verdict && (verdict.Problem ?? Changed(verdict, bundle)) is { } problem)
            throw new BundleException(problem);
        Take(ServedModel.Load(bundle), name, version);
    }

    private void Take(ServedModel model, string name, string version)
    {
        ServedModel? gone;
        lock (_gate)
        {
            if (_isDisposed)
            {
                gone = model;
            }
            else
            {
                if (!_models.TryGetValue(name, out var versions)) _models[name] = versions = [];
                gone = versions.Find(m => m.Bundle.Manifest.Version == version);
                if (gone is not null) versions.Remove(gone);
                versions.Add(model);
            }
        }
        gone?.Dispose();
    }

    /// <summary>Serves the versions of a model that come from some folders no more; runs that are under way come to their end.</summary>
    /// <param name="name">Of its manifest.</param>
    /// <param name="folders">Those of the repository: what belongs to a detector stays.</param>
    /// <exception cref="ServingException">There is none, or it is a detector's.</exception>
    public void Unload(string name, IReadOnlyCollection<string> folders)
    {
        List<ServedModel> gone;
        lock (_gate)
        {
            if (!_models.TryGetValue(name, out var versions))
                throw new ServingException($"\"{name}\" is not served", StatusCodes.Status404NotFound);
            gone = [.. versions.Where(v => folders.Contains(v.Bundle.Folder))];
            if (gone.Count == 0)
                throw new ServingException(
                    $"\"{name}\" is a detector's, and is served as long as that is configured", StatusCodes.Status403Forbidden);
            versions.RemoveAll(gone.Contains);
            if (versions.Count == 0) _models.Remove(name);
        }
        foreach (var model in gone) model.Dispose();
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
            _isDisposed = true;
            all = [.. _models.Values.SelectMany(m => m)];
            _models.Clear();
        }
        foreach (var model in all) model.Dispose();
    }

    private static string? Changed(TrialVerdict verdict, ModelBundle bundle) => verdict.Digest == bundle.Digest
        ? null : $"{bundle.Folder}: was changed while it was tried; load it again when it is whole";
}

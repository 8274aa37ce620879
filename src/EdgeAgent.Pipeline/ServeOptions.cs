using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline;

/// <summary>Table <c>[serve]</c>: lets other programs run the models.</summary>
public sealed record ServeOptions
{
    /// <summary>What a request may bring, and what a model may answer.</summary>
    public const int MessageBytes = 8 << 20;

    /// <summary><c>ADDRESS:PORT</c> of the Open Inference Protocol; null: nothing is served.</summary>
    public string? Listen { get; set; }
    /// <summary>Folder whose bundles are served besides those of the detectors; null: none are.</summary>
    public string? Models { get; set; }
    /// <summary>Whether those who ask may load and unload bundles of <see cref="Models"/>.</summary>
    public bool Repository { get; set; }
    /// <summary>Requests that are worked on at a time.</summary>
    public int AtOnce { get; set; } = 1;

    /// <summary>The bundles in <see cref="Models"/>: its folders that have a manifest, sorted by name.</summary>
    public IReadOnlyList<string> Folders()
    {
        try
        {
            return Models is null ? [] : [.. Directory.EnumerateDirectories(Models)
                .Where(f => File.Exists(Path.Combine(f, ModelBundle.ManifestFile))).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using System.Text.Json;
using EdgeAgent.Files;

namespace EdgeAgent.Inference.Bundles;

/// <summary>A model on disk whose manifest has been read and checked. Immutable; free for all threads.</summary>
public sealed class ModelBundle
{
    public const string ManifestFile = "manifest.json";

    private ModelBundle(string folder, BundleManifest manifest, string digest = "", long modelBytes = 0)
    {
        Folder = folder;
        (Digest, ModelBytes) = (digest, modelBytes);
        Manifest = manifest;
        ModelPath = Path.Combine(folder, manifest.Model);
        ChannelNames = [.. manifest.Channels.Select(c => c.Name)];
    }

    public string Folder { get; }
    public BundleManifest Manifest { get; }
    public string ModelPath { get; }
    /// <summary>Of all files that make it up: bundles with the same do the same. Empty where it is not on disk as it is.</summary>
    public string Digest { get; }
    /// <summary>Bytes of the model's files.</summary>
    public long ModelBytes { get; }
    public IReadOnlyList<string> ChannelNames { get; }

    /// <summary>Whether the model judges one channel, whichever it is; the detector says which.</summary>
    public bool TakesAnyChannel => ChannelNames is [ManifestChannel.Any] && !TakesManyChannels;

    /// <summary>Whether the model judges any number of channels together; it can be run once they are named.</summary>
    public bool TakesManyChannels => OpenChannels.AreTaken(Manifest);

    /// <summary>The same bundle for these channels, where it takes any number of them.</summary>
    /// <exception cref="BundleException">They do not fit it.</exception>
    public ModelBundle For(IReadOnlyList<string> channels) =>
        new(Folder, OpenChannels.Named(Manifest, channels, Folder), Digest, ModelBytes);

    /// <summary>The same for so many channels, where their names do not matter.</summary>
    /// <exception cref="BundleException">They do not fit it.</exception>
    public ModelBundle For(int channels) => new(Folder, OpenChannels.Numbered(Manifest, channels), Digest, ModelBytes);

    /// <summary>Reads and checks the bundle in <paramref name="folder"/>: manifest, relations, digests of model and weights.</summary>
    /// <exception cref="BundleException">Something is missing or does not fit together.</exception>
    public static ModelBundle Load(string folder) => BundleGuard.Run(folder, () => LoadFiles(folder));

    /// <summary>A bundle that is nowhere on disk: whoever has the manifest has the graph, too.</summary>
    public static ModelBundle InMemory(BundleManifest manifest) => new("", manifest);

    /// <summary>Reads and checks a manifest without its model, as while a bundle is being made.</summary>
    /// <exception cref="BundleException">It cannot be read, or its parts do not fit each other.</exception>
    public static BundleManifest ReadManifest(string path)
    {
        return BundleGuard.Run(path, () =>
        {
            var manifest = Read(path);
            return ManifestCheck.Problems(manifest) is { Count: > 0 } problems
                ? throw new BundleException($"{path}: {string.Join("; besides, ", problems)}") : manifest;
        });
    }

    /// <summary>The same bundle with another ONNX file of the same form, such as its FP32 twin.</summary>
    public ModelBundle WithModel(string fileName) => new(Folder, Manifest with { Model = fileName, Sha256 = "" });

    private static ModelBundle LoadFiles(string folder)
    {
        var manifestPath = Path.Combine(folder, ManifestFile);
        if (!Directory.Exists(folder))
            throw new BundleException($"{folder}: no such folder; expected a model bundle (model.onnx and {ManifestFile})");
        if (NamedFile.Problem(manifestPath) is null && !File.Exists(manifestPath))
            throw new BundleException($"{manifestPath}: missing; a bundle needs its manifest beside the model");

        var manifest = ReadManifest(manifestPath);
        var (digest, bytes) = BundleFiles.Check(folder, manifest);
        return new ModelBundle(folder, manifest, digest, bytes);
    }

    private static BundleManifest Read(string path)
    {
        try
        {
            using var stream = NamedFile.Open(path, FileLimits.Manifest);
            var manifest = JsonSerializer.Deserialize(stream, BundleManifestJson.Default.BundleManifest)
                ?? throw new BundleException($"{path}: holds null; expected a JSON object");
            // The JSON form refuses null for a whole list, not for an entry of it.
            return manifest.Channels.Contains(null!) || manifest.Input.Features?.Contains(null!) == true
                ? throw new BundleException($"{path}: a list of channels or features holds null; expected JSON objects")
                : manifest;
        }
        catch (JsonException e)
        {
            throw new BundleException($"{path}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: {JsonWords.Of(e)}", e);
        }
    }
}

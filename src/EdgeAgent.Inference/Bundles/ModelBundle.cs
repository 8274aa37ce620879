using System.Text.Json;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Bundles;

/// <summary>A model on disk whose manifest has been read and checked. Immutable; free for all threads.</summary>
public sealed class ModelBundle
{
    public const string ManifestFile = "manifest.json";

    private ModelBundle(string folder, BundleManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
        ModelPath = Path.Combine(folder, manifest.Model);
        ChannelNames = [.. manifest.Channels.Select(c => c.Name)];
    }

    public string Folder { get; }
    public BundleManifest Manifest { get; }
    public string ModelPath { get; }
    public IReadOnlyList<string> ChannelNames { get; }

    /// <summary>Whether the model judges one channel, whichever it is; the detector says which.</summary>
    public bool TakesAnyChannel => ChannelNames is [ManifestChannel.Any];

    /// <summary>Reads and checks the bundle in <paramref name="folder"/>: manifest, relations, digest of the model.</summary>
    /// <exception cref="BundleException">Something is missing or does not fit together.</exception>
    public static ModelBundle Load(string folder)
    {
        var manifestPath = Path.Combine(folder, ManifestFile);
        if (!Directory.Exists(folder))
            throw new BundleException($"{folder}: no such folder; expected a model bundle (model.onnx and {ManifestFile})");
        if (!File.Exists(manifestPath))
            throw new BundleException($"{manifestPath}: missing; a bundle needs its manifest beside the model");

        var bundle = new ModelBundle(folder, ReadManifest(manifestPath));
        CheckDigest(bundle);
        return bundle;
    }

    /// <summary>A bundle that is nowhere on disk: whoever has the manifest has the graph, too.</summary>
    public static ModelBundle InMemory(BundleManifest manifest) => new("", manifest);

    /// <summary>Reads and checks a manifest without its model, as while a bundle is being made.</summary>
    /// <exception cref="BundleException">It cannot be read, or its parts do not fit each other.</exception>
    public static BundleManifest ReadManifest(string path)
    {
        var manifest = Read(path);
        return ManifestCheck.FirstProblem(manifest) is { } problem ? throw new BundleException($"{path}: {problem}") : manifest;
    }

    /// <summary>The same bundle with another ONNX file of the same form, such as its FP32 twin.</summary>
    public ModelBundle WithModel(string fileName) => new(Folder, Manifest with { Model = fileName, Sha256 = "" });

    private static BundleManifest Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize(stream, BundleManifestJson.Default.BundleManifest)
                ?? throw new BundleException($"{path}: holds null; expected a JSON object");
            // The JSON form refuses null for a whole list, not for an entry of it.
            return manifest.Channels.Contains(null!) || manifest.Input.Features?.Contains(null!) == true
                ? throw new BundleException($"{path}: a list of channels or features holds null; expected JSON objects")
                : manifest;
        }
        catch (JsonException e)
        {
            throw new BundleException($"{path}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: {e.Message.Split(" Path:")[0]}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static void CheckDigest(ModelBundle bundle)
    {
        if (!File.Exists(bundle.ModelPath))
            throw new BundleException($"{bundle.ModelPath}: missing; the manifest names it as the model");
        var digest = Digest(bundle.ModelPath);
        if (bundle.Manifest.Sha256.Length > 0 && digest != bundle.Manifest.Sha256)
            throw new BundleException(
                $"{bundle.ModelPath}: its SHA-256 is {digest}, the manifest says {bundle.Manifest.Sha256}; "
                + $"the file is damaged or was exchanged: copy the bundle again");
    }

    private static string Digest(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(Sha256.Hash(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}

using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Thresholds;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The manifest of a convolutional autoencoder.</summary>
internal static class ConvManifest
{
    private const string FirstVersion = "1.0.0";

    /// <summary>What the agent needs to know of a fitted model, threshold included.</summary>
    public static BundleManifest Of(FitRequest request, ConvOptions options, NormalSource normals, FittedAutoencoder model)
    {
        var manifest = NormalManifest.For(normals, options.Normals) with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description = "Rebuilds a window of normal operation; what it cannot rebuild is unusual; "
                + "learned without labels (convolutional autoencoder, INT8)",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Quantized.ToByteArray())),
            Channels = [.. NormalManifest.Channels(normals).Select(c => c with { Unit = request.Units.GetValueOrDefault(c.Name) })],
            Input = new ManifestInput { Name = ConvExport.Input, Layout = "window" },
            Output = new ManifestOutput { Name = ConvExport.Output, Kind = "reconstruction" },
            Provenance = new Dictionary<string, string>(request.Notes)
            {
                ["tool"] = "edgeagent-model fit",
                ["recipe"] = ConvRecipe.Id,
                ["seed"] = $"{request.Seed}",
                ["labels"] = "none used",
            },
        };
        ThresholdSearch.SetQuantile(manifest, model.Quantized, normals, options.Normals, options.ThresholdQuantile);
        return manifest;
    }
}

using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The manifest of a single-channel model.</summary>
internal static class SingleChannelManifest
{
    private const string FirstVersion = "1.0.0";

    /// <summary>What the agent needs to know of a fitted model.</summary>
    /// <param name="request">Folder, notes and seed; the rest is of no concern here.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="model">What the fit yielded.</param>
    public static BundleManifest Of(FitRequest request, SingleChannelOptions options, FittedNetwork model) =>
        SensorZ.Manifest(options, options.Clip) with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description =
                "Tells normal readings of any one sensor from faults; learned from invented sensors, without recordings or labels (INT8)",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Quantized.ToByteArray())),
            Window = new ManifestWindow { Length = options.WindowLength, Stride = 1 },
            Input = new ManifestInput { Name = NetworkExport.Input, Layout = "features", Features = options.Features },
            Output = new ManifestOutput { Name = NetworkExport.Output, Kind = "score", Zero = model.Zero, One = model.One },
            Decision = new ManifestDecision
            {
                OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = 1, Critical = options.Critical,
            },
            Provenance = new Dictionary<string, string>(request.Notes)
            {
                ["tool"] = "edgeagent-model fit",
                ["recipe"] = SingleChannelRecipe.Id,
                ["seed"] = $"{request.Seed}",
                ["data"] = "none: invented sensors",
                ["labels"] = "none used",
            },
        };
}

using System.Security.Cryptography;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Puts a fitted single-channel model into a bundle folder. The same model gives the same bytes.</summary>
internal static class SingleChannelBundle
{
    private const string FirstVersion = "1.0.0";

    /// <param name="request">Folder, notes and seed; the rest is of no concern here.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="model">What the fit yielded.</param>
    /// <param name="trial">What it found on further invented sensors, for the card.</param>
    public static void Write(FitRequest request, SingleChannelOptions options, FittedNetwork model, FaultTrial trial)
    {
        Directory.CreateDirectory(request.Out);
        var quantized = model.Quantized.ToByteArray();
        var manifest = Manifest(request, options, model, quantized);
        File.WriteAllBytes(Path.Combine(request.Out, manifest.Model), quantized);
        File.WriteAllBytes(Path.Combine(request.Out, BundleWriter.FloatModel), model.Float.ToByteArray());
        WriteText(request.Out, ModelBundle.ManifestFile, JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest));
        WriteText(request.Out, GoldenWindows.FileName, JsonSerializer.Serialize(SingleChannelGolden.Make(manifest, model), GoldenWindowsJson.Default.GoldenWindows));
        WriteText(request.Out, "README.md", SingleChannelCard.Write(request, options, manifest, model, trial));
    }

    private static BundleManifest Manifest(FitRequest request, SingleChannelOptions options, FittedNetwork model, byte[] quantized) =>
        SensorZ.Manifest(options, options.Clip) with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description = "Tells normal readings of any one sensor from faults; learned from invented sensors, without recordings or labels (INT8)",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(quantized)),
            Window = new ManifestWindow { Length = options.WindowLength, Stride = 1 },
            Input = new ManifestInput { Name = NetworkExport.Input, Layout = "features", Features = options.Features },
            Output = new ManifestOutput { Name = NetworkExport.Output, Kind = "score", Zero = model.Zero, One = model.One },
            Decision = new ManifestDecision { OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = 1, Critical = options.Critical },
            Provenance = new Dictionary<string, string>(request.Notes)
            {
                ["tool"] = "edgeagent-model fit",
                ["recipe"] = "single-channel",
                ["seed"] = $"{request.Seed}",
                ["data"] = "none: invented sensors",
                ["labels"] = "none used",
            },
        };

    private static void WriteText(string folder, string name, string text) =>
        File.WriteAllText(Path.Combine(folder, name), text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
}

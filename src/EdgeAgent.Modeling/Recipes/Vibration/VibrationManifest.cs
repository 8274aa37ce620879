using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>The manifest of a vibration model.</summary>
internal static class VibrationManifest
{
    // The second: windows of 512 samples, judged from the eighth on.
    private const string FirstVersion = "2.0.0";

    public static BundleManifest Of(
        FitRequest request, VibrationOptions options, FittedNetwork model, LearnedThresholds thresholds, float[] floors) => new()
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
        Version = FirstVersion,
        Description =
            "Tells the vibration of a sound machine from that of one at fault; learned from simulated sound machines, without labels "
                + "(contrast of features, INT8)",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Quantized.ToByteArray())),
        Channels = [.. options.Axes.Select(axis => new ManifestChannel { Name = axis })],
        Calibration = new ManifestCalibration
        {
            Over = "features", Readings = options.CalibrationWindows, Provisional = options.ProvisionalWindows, Clip = options.Clip,
        },
        Window = new ManifestWindow { Length = options.WindowLength, Stride = options.Stride, Gap = options.Gap },
        Input = new ManifestInput
        {
            Name = NetworkExport.Input, Layout = "features",
            Features = [.. options.Features().Zip(floors, (f, floor) => f with { Floor = floor })],
        },
        Output = new ManifestOutput
        {
            Name = NetworkExport.Output, Kind = "score", Zero = model.Zero, One = model.One, Provisional = thresholds.Provisional,
        },
        Decision = new ManifestDecision { OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = options.Smooth },
        Provenance = new Dictionary<string, string>(request.Notes)
        {
            ["tool"] = "edgeagent-model fit",
            ["recipe"] = VibrationRecipe.Id,
            ["seed"] = $"{request.Seed}",
            ["data"] = "simulated machines; no recording of a real one",
            ["labels"] = "none used",
        },
    };
}

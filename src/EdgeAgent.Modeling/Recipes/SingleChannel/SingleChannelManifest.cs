using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The manifest of a single-channel model.</summary>
internal static class SingleChannelManifest
{
    private const string Version = "2.1.0";

    /// <summary>What the agent needs to know of the model.</summary>
    /// <param name="request">Folder, notes and seed; the rest is of no concern here.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="model">The graph.</param>
    public static BundleManifest Of(FitRequest request, SingleChannelOptions options, ModelProto model) => Shape(options) with
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
        Version = Version,
        Description = "Tells what is unusual for any one sensor from what that sensor does: ten statistics against its own first readings, "
            + "without recordings or labels",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.ToByteArray())),
        Provenance = new Dictionary<string, string>(request.Notes)
        {
            ["tool"] = "edgeagent-model fit",
            ["recipe"] = SingleChannelRecipe.Id,
            ["seed"] = $"{request.Seed}",
            ["data"] = "none: nothing is learned before a sensor is there; the constants were chosen on public recordings, see the card",
            ["labels"] = "none used",
        },
    };

    /// <summary>How a device is judged, for any one channel.</summary>
    public static BundleManifest Shape(SingleChannelOptions options) => new()
    {
        Channels = [new ManifestChannel { Name = ManifestChannel.Any, FloorSteps = options.FloorSteps }],
        Calibration = new ManifestCalibration
        {
            Over = "features", Scale = options.ScaleReadings, Readings = options.CalibrationWindows,
            Provisional = options.ProvisionalWindows, Clip = options.Clip, Threshold = options.Threshold,
            Renew = options.Renew,
        },
        Window = new ManifestWindow { Length = options.Lengths.Max(), Stride = 1 },
        Input = new ManifestInput { Name = SingleChannelExport.Input, Layout = "features", Features = options.Features() },
        Output = new ManifestOutput { Name = SingleChannelExport.Output, Kind = "score", Zero = 0, One = options.ProvisionalThreshold },
        Decision = new ManifestDecision
        {
            OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = 1, Critical = options.Critical,
            Promise = options.Promise,
        },
    };
}

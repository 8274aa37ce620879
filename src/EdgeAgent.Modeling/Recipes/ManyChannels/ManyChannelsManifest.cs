using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>The manifest of a many-channels model.</summary>
internal static class ManyChannelsManifest
{
    private const string Version = "1.0.0";

    /// <summary>What the agent needs to know of the model.</summary>
    /// <param name="request">Folder, notes and seed; the rest is of no concern here.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="model">The graph.</param>
    public static BundleManifest Of(FitRequest request, ManyChannelsOptions options, ModelProto model) => new()
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
        Version = Version,
        Description = "Tells what is unusual for any machine of any number of channels from what each channel does: ten statistics against "
            + "its own first readings, the channel that is farthest counts, without recordings or labels",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.ToByteArray())),
        Channels =
        [
            new ManifestChannel { Name = ManifestChannel.Any, Many = true, FloorSteps = options.FloorSteps, BitSteps = options.BitSteps },
        ],
        Calibration = new ManifestCalibration
        {
            Over = "features", Scale = options.ScaleReadings, Readings = options.CalibrationWindows,
            Provisional = options.ProvisionalWindows, Clip = options.Clip, Threshold = options.Threshold,
            Renew = options.Renew,
        },
        Window = new ManifestWindow { Length = options.Lengths.Max(), Stride = 1 },
        Input = new ManifestInput { Name = ManyChannelsExport.Input, Layout = "features", Features = options.Features() },
        Output = new ManifestOutput { Name = ManyChannelsExport.Output, Kind = "score", Zero = 0, One = options.ProvisionalThreshold },
        Decision = new ManifestDecision
        {
            OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = 1, Critical = options.Critical,
        },
        Provenance = new Dictionary<string, string>(request.Notes)
        {
            ["tool"] = "edgeagent-model fit",
            ["recipe"] = ManyChannelsRecipe.Id,
            ["seed"] = $"{request.Seed}",
            ["data"] = "none: nothing is learned before a machine is there; the constants were chosen on public recordings, see the card",
            ["labels"] = "none used",
        },
    };
}

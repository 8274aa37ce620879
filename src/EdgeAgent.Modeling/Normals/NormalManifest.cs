using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Normals;

/// <summary>How a device is to feed a network of the contrast recipe, and what its logit means.</summary>
internal static class NormalManifest
{
    private const float OwnSteps = 2;

    /// <summary>All but name, version, digest and provenance; the threshold is still to be found.</summary>
    public static BundleManifest For(NormalSource normals, NormalOptions options) => new()
    {
        Channels = [.. Channels(normals)],
        Calibration = new ManifestCalibration
        {
            Readings = options.CalibrationReadings,
            Provisional = ProvisionalReadings.For(options.CalibrationReadings),
            Clip = options.Clip,
            Outlier = options.Outlier,
            Renew = new ManifestRenewal
            {
                Every = options.Block, Blocks = options.CalibrationBlocks, AdoptAfter = options.AdoptAfter, States = options.KnownStates,
            },
        },
        // A sensor that was silent for a whole window is no longer judged by what it last said.
        Window = new ManifestWindow { Length = options.WindowLength, Stride = 1, Hold = options.WindowLength },
        Input = new ManifestInput { Name = NetworkExport.Input, Layout = "features", Features = options.Features },
        Output = new ManifestOutput { Name = NetworkExport.Output, Kind = "score" },
        Decision = new ManifestDecision { OnAfter = options.OnAfter, OffAfter = options.OffAfter, Clear = 1, Smooth = 1 },
    };

    /// <summary>The recordings' channels with their smallest spreads.</summary>
    public static IEnumerable<ManifestChannel> Channels(NormalSource normals) =>
        (normals.Runs.Count > 0 ? normals.Runs[0] : normals.Others[0]).Channels
            .Select((name, c) => normals.Wanders.Length == 0
                ? new ManifestChannel { Name = name, Floor = normals.Floors[c], Drift = normals.Drifts[c] }
                : new ManifestChannel
                {
                    Name = name, Floor = normals.Floors[c], FloorSteps = OwnSteps,
                    Wander = normals.Wanders[c] > 1 ? normals.Wanders[c] : null,
                });
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>A recording as the agent's stages take it: its columns stand in the manifest's order and go by the manifest's names.</summary>
internal static class ManifestSource
{
    public const string Name = "recording";

    public static ChannelNames Channels(BundleManifest manifest) => new([.. manifest.Channels.Select(c => c.Name)]);

    /// <param name="manifest">The model.</param>
    /// <param name="provisional">Whether it is judged by its first readings while it calibrates, as on a gateway.</param>
    public static DetectorOptions Detector(BundleManifest manifest, bool provisional = false) => new()
    {
        Name = Name, Source = Name, Model = Name, UpdateEvery = TimeSpan.MaxValue,
        Provisional = provisional,
        Channel = manifest.Channels is [{ Name: ManifestChannel.Any }] ? ManifestChannel.Any : null,
    };

    /// <summary>When a score becomes an event, by the manifest alone.</summary>
    public static DecisionSettings Decision(BundleManifest manifest) => new(Detector(manifest), manifest);

    /// <summary>Nothing could be judged.</summary>
    /// <param name="manifest">Says how many readings are needed.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="start">First row that was seen.</param>
    /// <param name="end">Row behind the last.</param>
    /// <param name="provisional">Whether it would have been judged while it calibrated.</param>
    public static NothingToJudgeException TooShort(
        BundleManifest manifest, Recording recording, int start, int end, bool provisional = false)
    {
        var (calibration, window) = (manifest.Calibration, manifest.Window);
        var needed = provisional && calibration.Provisional is { } first ? first - 1
            : manifest.CalibratesFeatures
                ? window.Length - 1 + calibration.Readings * (long)window.Stride
                : Math.Max(calibration.Needed, window.Length - 1) + window.Stride - 1;
        var gaps = window.Gap is null ? "" : ", gaps left out";
        return new NothingToJudgeException(
            $"{recording.Name}:{Recording.LineOf(end - 1)}: the recording ends after {end - start} readings; "
            + $"{needed} are for calibration and the first window{gaps}, and none is left to judge");
    }
}

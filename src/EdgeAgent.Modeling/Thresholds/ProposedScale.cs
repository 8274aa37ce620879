using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Thresholds;

/// <summary>
/// What a manifest's <c>zero</c> and <c>one</c> may be for a model from elsewhere, found as <c>fit</c> finds them: recordings are
/// replayed as devices, and the threshold is the lowest at which hardly a reading of normal operation is flagged, streaks and
/// renewal counted in.
/// </summary>
internal static class ProposedScale
{
    /// <returns>Null where each device finds its own threshold, where lower outputs are worse, or where nothing is left to judge.</returns>
    public static ScaleProposal? Find(BundleManifest manifest, ModelProto model, IReadOnlyList<Recording> recordings)
    {
        if (manifest.Calibration.Threshold is not null || manifest.Output.Worse == "lower") return null;
        var needed = (int)manifest.ReadingsBefore + manifest.Window.Stride;
        var normal = recordings.Select(Unlabelled).Where(r => r.Rows > needed).ToArray();
        if (normal.Length == 0) return null;
        var asDevice = manifest with { Output = manifest.Output with { } };
        using var held = new HeldOutThreshold(asDevice, model, normal);
        var outcome = held.Set(asDevice, float.NegativeInfinity, _ => { });
        return new ScaleProposal
        {
            Zero = asDevice.Output.Zero, One = asDevice.Output.One, Readings = outcome.HeldOutReadings, Flagged = outcome.Flagged,
        };
    }

    /// <summary>What comes before the first labelled reading: a fault would raise the threshold above itself.</summary>
    private static Recording Unlabelled(Recording recording) =>
        recording.Labels is { } labels && Array.IndexOf(labels, true) is >= 0 and var first
            ? recording.Select([.. Enumerable.Range(0, first)]) : recording;
}

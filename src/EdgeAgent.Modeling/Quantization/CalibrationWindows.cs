using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>Windows from recordings, cut and calibrated as a device does, from which the ranges of activations are taken.</summary>
internal static class CalibrationWindows
{
    /// <summary>At most <paramref name="limit"/> windows, as many from each recording, evenly spread: the same every time.</summary>
    public static WindowSet Collect(BundleManifest manifest, IReadOnlyList<Recording> recordings, int limit)
    {
        var sets = recordings.Select(r => WindowJudge.Cut(manifest, r).Thin(Math.Max(1, limit / recordings.Count))).ToArray();
        return new WindowSet([.. sets.SelectMany(s => s.Values)], sets[0].Shape);
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The golden windows of a convolutional autoencoder.</summary>
internal static class ConvGolden
{
    private const ulong Seed = 20260101;
    // Of the error itself: kernels for integers agree to a step of the output in a few places.
    private const float Tolerance = 0.05f;

    /// <summary>Invented windows: calm, with a step, with a ramp; none is cut from a recording.</summary>
    public static GoldenWindows Make(BundleManifest manifest, FittedAutoencoder model)
    {
        var golden = new GoldenWindows { Tolerance = Tolerance };
        using var judge = new WindowJudge(manifest, model.Quantized);
        var random = new SplittableRandom(Seed);
        foreach (var (step, ramp) in new[] { (0f, 0f), (4f, 0f), (0f, 8f) })
        {
            var rows = new List<float[]>();
            for (var r = 0; r < manifest.Window.Length; r++)
                rows.Add([.. manifest.Channels.Select((_, c) => MathF.Round((float)random.Normal() * 0.5f
                    + (c == 0 ? (r >= manifest.Window.Length / 2 ? step : 0) + ramp * r / manifest.Window.Length : 0), 3))]);
            var raw = judge.Raw(new WindowSet([.. rows.SelectMany(r => r)], [manifest.Window.Length, manifest.Channels.Count]))[0];
            golden.Windows.Add(new GoldenWindow { Z = rows, Output = raw, Score = judge.Score(raw) });
        }
        return golden;
    }
}

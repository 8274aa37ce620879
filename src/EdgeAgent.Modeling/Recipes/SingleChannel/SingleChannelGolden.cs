using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>A calm window, one with a step and one that ramps up, with what the model says of them.</summary>
internal static class SingleChannelGolden
{
    // Logarithms differ by a bit between math libraries; that can move an input by one of its 255 steps, which
    // moves the output by a few hundredths.
    private const float Tolerance = 0.1f;
    private const ulong Seed = 20260101;

    private static readonly (float Step, float Ramp)[] Events = [(0, 0), (4, 0), (0, 8)];

    public static GoldenWindows Make(BundleManifest manifest, FittedNetwork model)
    {
        using var session = new GraphSession(model.Quantized);
        var golden = new GoldenWindows { Tolerance = Tolerance };
        for (var i = 0; i < Events.Length; i++)
        {
            var z = Window(manifest.Window.Length, Events[i], new SplittableRandom(Seed).Split((ulong)i));
            var features = new float[manifest.Input.Features!.Count];
            new FeatureExtractor(manifest.Input.Features, 1, z.Length).Extract(z, features);
            var output = session.Run(features)[manifest.Output.Name][0];
            golden.Windows.Add(new GoldenWindow
            {
                Z = [.. z.Select(v => new[] { v })],
                Output = output,
                Score = (output - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero),
            });
        }
        return golden;
    }

    /// <summary>Three decimals keep the file small.</summary>
    private static float[] Window(int length, (float Step, float Ramp) change, SplittableRandom random) =>
        [.. Enumerable.Range(0, length)
            .Select(r => MathF.Round((float)random.Normal() + (r >= length * 3 / 4 ? change.Step : 0) + change.Ramp * r / length, 3))];
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>Invents a calm window, one with a faint step and one with a strong ramp, and lets the model judge them.</summary>
/// <remarks>
/// None is cut from a recording: a bundle must not carry its training data. Noise is as strong as is usual for each
/// channel, read back from the graph's standardisation, since within a window many channels move less than z = 1.
/// </remarks>
internal static class GoldenMaker
{
    // Logarithms differ by a bit between math libraries; that can move an input by one of its 255 steps, which
    // moves the output by a few hundredths.
    private const float Tolerance = 0.1f;
    private const ulong Seed = 20260101;

    private static readonly (float Step, float Ramp)[] Events = [(0, 0), (3, 0), (0, 12)];

    public static GoldenWindows Make(BundleDraft draft)
    {
        using var session = new GraphSession(draft.Model.Quantized);
        var (zero, one) = (draft.Manifest.Output.Zero, draft.Manifest.Output.One);
        var golden = new GoldenWindows { Tolerance = Tolerance };
        for (var i = 0; i < Events.Length; i++)
        {
            var z = Window(draft, Events[i], new SplittableRandom(Seed).Split((ulong)i));
            var output = session.Run(Features(draft, z))[draft.Manifest.Output.Name][0];
            golden.Windows.Add(new GoldenWindow { Z = z, Output = output, Score = (output - zero) / (one - zero) });
        }
        return golden;
    }

    private static List<float[]> Window(BundleDraft draft, (float Step, float Ramp) change, SplittableRandom random)
    {
        var length = draft.Options.WindowLength;
        var noise = UsualNoise(draft);
        var rows = new List<float[]>();
        for (var r = 0; r < length; r++)
        {
            // Three decimals keep the file small.
            var row = noise.Select(n => MathF.Round(n * (float)random.Normal(), 3)).ToArray();
            row[^1] = MathF.Round(row[^1] + (r >= length / 2 ? change.Step : 0) + change.Ramp * r / length, 3);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>Per channel the usual standard deviation of z within a window; 1 where the recipe has no such feature.</summary>
    private static float[] UsualNoise(BundleDraft draft)
    {
        var channels = draft.Manifest.Channels.Count;
        var feature = draft.Options.Features.FindLastIndex(f => f is { Stat: "std", Squash: "log" });
        if (feature < 0)
            return [.. Enumerable.Repeat(1f, channels)];
        var means = Tensors.Floats(draft.Model.Float.Graph.Initializer.First(t => t.Name == NetworkExport.FeatureMean));
        // The mean also covers windows with invented faults, hence the half; ln(v + 0.1) is the feature's own form.
        return [.. means.AsSpan(feature * channels, channels).ToArray().Select(m => Math.Max(0.05f, (MathF.Exp(m) - 0.1f) / 2))];
    }

    private static float[] Features(BundleDraft draft, List<float[]> z)
    {
        var extractor = new FeatureExtractor(draft.Options.Features, draft.Manifest.Channels.Count, draft.Options.WindowLength);
        var features = new float[extractor.Count];
        extractor.Extract(z.SelectMany(row => row).ToArray(), features);
        return features;
    }
}

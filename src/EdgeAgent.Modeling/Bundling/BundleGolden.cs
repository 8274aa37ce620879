using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>Golden windows for a bundle of any making: windows that are invented or given, and what its model says of them here.</summary>
internal static class BundleGolden
{
    // Of what the outputs of all windows differ by: kernels sum in another order elsewhere, and in INT8 a value may fall on the next step.
    private const float FloatTolerance = 0.001f, IntegerTolerance = 0.05f;
    private const float LeastTolerance = 1e-6f;
    private const int CalmWindows = 32, LeastWindows = 2;
    private const float Far = 8, Step = 3, Ramp = 12;
    private const ulong Seed = 20260101;
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(30);

    /// <param name="model">The bundle's model.</param>
    /// <param name="windows">The windows; those of which the model makes no number prove nothing and are left out.</param>
    /// <exception cref="ModelingException">Hardly any is left.</exception>
    public static GoldenWindows Make(OnnxModel model, List<GoldenWindow> windows)
    {
        var output = model.Bundle.Manifest.Output;
        using var runner = new ModelRunner(model, batchLimit: 1, RunLimit);
        foreach (var (i, window) in windows.Index())
        {
            GoldenCheck.Input(model, window, $"window {i + 1}").CopyTo(runner.Input(0));
            runner.Run(1);
            window.Output = RawOutput.Of(output, runner.Input(0), runner.Output(0));
            window.Score = (window.Output - output.Zero) / (output.One - output.Zero);
        }
        List<GoldenWindow> proving = [.. windows.Where(w => float.IsFinite(w.Output))];
        if (proving.Count < LeastWindows)
            throw new ModelingException(
                $"{model.Bundle.ModelPath}: its output is a number for {proving.Count} of {windows.Count} windows; expected {LeastWindows} "
                + "or more: look for a division by zero or a logarithm in the model, or take windows of recordings with --data");
        return new GoldenWindows { Windows = proving, Tolerance = Tolerance(model, proving) };
    }

    /// <summary>
    /// Windows that a device might have: calm, with a step, far from usual, with a ramp in one channel, and so on. None is cut from a
    /// recording.
    /// </summary>
    public static List<GoldenWindow> Invent(BundleManifest manifest, int count)
    {
        var random = new SplittableRandom(Seed);
        var (means, spreads) = manifest.CalibratesFeatures ? Learn(manifest, random.Split(ulong.MaxValue)) : default;
        return [.. Enumerable.Range(0, count).Select(i => new GoldenWindow
        {
            Z = Rows(manifest, i, random.Split((ulong)i)), Means = means, Spreads = spreads,
        })];
    }

    private static List<float[]> Rows(BundleManifest manifest, int kind, SplittableRandom random)
    {
        var (length, channels, clip) = (manifest.Window.Length, manifest.Channels.Count, manifest.Calibration.Clip);
        var (scale, chosen) = (kind % 4 == 2 ? Far : 1, random.Below(channels));
        return [.. Enumerable.Range(0, length).Select(row => Enumerable.Range(0, channels).Select(channel =>
        {
            var value = scale * (float)random.Normal();
            if (kind % 4 == 1 && row >= length / 2) value += Step;
            if (kind % 4 == 3 && channel == chosen) value += Ramp * (row + 1) / length;
            // Three decimals keep the file small.
            return MathF.Round(Math.Clamp(value, -clip, clip), 3);
        }).ToArray())];
    }

    /// <summary>Where features are calibrated: how they are in calm windows.</summary>
    private static (float[] Means, float[] Spreads) Learn(BundleManifest manifest, SplittableRandom random)
    {
        var extractor = new FeatureExtractor(manifest.Input.Features!, manifest.Channels.Count, manifest.Window.Length);
        var seen = Enumerable.Range(0, CalmWindows).Select(i =>
        {
            var features = new float[extractor.Count];
            extractor.Extract(Rows(manifest, 0, random.Split((ulong)i)).SelectMany(row => row).ToArray(), features);
            return features;
        }).ToArray();
        var floors = CalibratedFeatures.Floors(manifest);
        var means = floors.Select((_, f) => seen.Average(w => w[f])).ToArray();
        var spreads = floors.Select((floor, f) =>
            Math.Max(floor, MathF.Sqrt(seen.Average(w => (w[f] - means[f]) * (w[f] - means[f]))))).ToArray();
        return (means, spreads);
    }

    private static float Tolerance(OnnxModel model, List<GoldenWindow> windows)
    {
        var graph = OnnxFile.Read(model.Bundle.ModelPath).Graph;
        var isInteger = graph.Node.Any(n => n.OpType.Contains("Quantize", StringComparison.Ordinal)
            || n.OpType.Contains("Integer", StringComparison.Ordinal));
        var range = windows.Max(w => w.Output) - windows.Min(w => w.Output);
        return Math.Max((isInteger ? IntegerTolerance : FloatTolerance) * range, LeastTolerance * windows.Max(w => Math.Abs(w.Output)));
    }
}

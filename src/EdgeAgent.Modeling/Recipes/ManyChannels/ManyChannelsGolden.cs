using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>Windows of three channels: a calm one, one with a step of one channel and one that ramps up, with their calibration.</summary>
internal static class ManyChannelsGolden
{
    // Logarithms differ by a bit between math libraries; nothing makes more of it here.
    private const float Tolerance = 0.001f;
    private const ulong Seed = 20260101;
    private const int Channels = 3;

    private static readonly (float Step, float Ramp)[] Events = [(0, 0), (4, 0), (0, 8)];

    public static GoldenWindows Make(BundleManifest many, ModelProto model)
    {
        using var session = new GraphSession(model);
        var manifest = OpenChannels.Numbered(many, Channels);
        var extractor = new FeatureExtractor(manifest.Input.Features!, Channels, manifest.Window.Length);
        var calibration = Calibrated(manifest, extractor);
        var golden = new GoldenWindows { Tolerance = Tolerance };
        for (var i = 0; i < Events.Length; i++)
        {
            var window = Noise(manifest.Window.Length, new SplittableRandom(Seed).Split((ulong)i));
            Bend(window, channel: i, Events[i]);
            var (features, z) = (new float[extractor.Count], new float[extractor.Count]);
            extractor.Extract(window, features);
            calibration.Apply(features, z);
            var output = session.Run(z)[manifest.Output.Name][0];
            golden.Windows.Add(new GoldenWindow
            {
                Z = [.. window.Chunk(Channels)],
                Means = calibration.Means.ToArray(),
                Spreads = [.. Enumerable.Range(0, features.Length).Select(calibration.Spread)],
                Output = output,
                Score = (output - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero),
            });
        }
        return golden;
    }

    private static ChannelCalibration Calibrated(BundleManifest manifest, FeatureExtractor extractor)
    {
        var calibration = CalibrationForms.Of(manifest);
        var random = new SplittableRandom(Seed).Split((ulong)Events.Length);
        var readings = Noise(manifest.Window.Length + manifest.Calibration.Readings, random);
        var features = new float[extractor.Count];
        for (var w = 0; !calibration.IsComplete; w++)
        {
            extractor.Extract(readings.AsSpan(w * Channels, manifest.Window.Length * Channels), features);
            calibration.Learn(features);
        }
        return calibration;
    }

    /// <summary>Three decimals keep the file small.</summary>
    private static float[] Noise(int count, SplittableRandom random) =>
        [.. Enumerable.Range(0, count * Channels).Select(_ => MathF.Round((float)random.Normal(), 3))];

    private static void Bend(float[] window, int channel, (float Step, float Ramp) change)
    {
        var length = window.Length / Channels;
        for (var r = 0; r < length; r++)
        {
            ref var value = ref window[r * Channels + channel];
            value = MathF.Round(value + (r >= length * 3 / 4 ? change.Step : 0) + change.Ramp * r / length, 3);
        }
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>A window of a sound simulated machine and one with a pit in its bearing, with the calibration they are judged by.</summary>
internal static class VibrationGolden
{
    // Logarithms differ by a bit between math libraries; that can move an input by one of its 255 steps.
    private const float Tolerance = 0.1f;
    private const ulong Seed = 20260101;
    private const double Severity = 0.7;

    public static GoldenWindows Make(BundleManifest manifest, ModelProto model, VibrationOptions options)
    {
        using var session = new GraphSession(model);
        var golden = new GoldenWindows { Tolerance = Tolerance };
        foreach (var severity in new[] { 0, Severity })
            golden.Windows.Add(Window(manifest, session, options, severity));
        return golden;
    }

    private static GoldenWindow Window(BundleManifest manifest, GraphSession session, VibrationOptions options, double severity)
    {
        var random = new SplittableRandom(Seed);
        var machine = new Machine(MachineDesign.Draw(random.Split(0)), FaultKind.OuterRace, random.Split(1));
        var extractor = new FeatureExtractor(options.Features(), MachineDesign.Axes, options.WindowLength);
        var calibration = new ChannelCalibration(CalibratedFeatures.Floors(manifest), options.CalibrationWindows, options.Clip);
        var samples = new float[options.WindowLength * MachineDesign.Axes];
        var features = new float[extractor.Count];
        for (var w = 0; w <= options.CalibrationWindows; w++)
        {
            machine.Advance(1);
            machine.Sample(samples, w < options.CalibrationWindows ? 0 : severity);
            // Four decimals keep the file small.
            foreach (ref var sample in samples.AsSpan())
                sample = MathF.Round(sample, 4);
            extractor.Extract(samples, features);
            calibration.Learn(features);
        }
        var z = new float[features.Length];
        calibration.Apply(features, z);
        var output = session.Run(z)[manifest.Output.Name][0];
        return new GoldenWindow
        {
            Z = [.. samples.Chunk(MachineDesign.Axes)],
            Means = calibration.Means.ToArray(),
            Spreads = [.. Enumerable.Range(0, features.Length).Select(calibration.Spread)],
            Output = output,
            Score = manifest.Output.Score(output),
        };
    }
}

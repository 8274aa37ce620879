using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>
/// How many faults of each kind a model finds on sensors that it has not seen, beside a plain rule with as many
/// false alarms: is the mean of the last readings far from that of the calibration?
/// </summary>
/// <param name="Found">Share of faulty windows at score 1 or more, by kind of fault.</param>
/// <param name="FoundByMean">The same for the mean of the last 8 readings against a fixed bound.</param>
/// <param name="Agreement">Share of windows on which INT8 and FP32 agree.</param>
internal sealed record SingleChannelReport(
    IReadOnlyDictionary<InventedFault.Shape, double> Found, IReadOnlyDictionary<InventedFault.Shape, double> FoundByMean, double Agreement)
{
    private const int Sensors = 2_000;
    // Apart from the recipe's own parts, whatever the seed.
    private const ulong Part = 100;
    private const string PlainFeature = "mean8";

    public static SingleChannelReport Measure(SingleChannelOptions options, FittedNetwork model, ulong seed)
    {
        var random = new SplittableRandom(seed).Split(Part);
        var shapes = Enum.GetValues<InventedFault.Shape>();
        var normal = Outputs(options, model, random.Split(0), shape: null);
        // The plain rule gets the bound at which it flags as many normal windows as the model does.
        var flagged = normal.Quantized.Count(o => o >= model.One) / (double)Sensors;
        var bound = normal.Plain.Order().ElementAt(Math.Min(Sensors - 1, (int)(Sensors * (1 - flagged))));
        var agreeing = Agreeing(normal, model.One);
        var (found, plain) = (new Dictionary<InventedFault.Shape, double>(), new Dictionary<InventedFault.Shape, double>());
        foreach (var shape in shapes)
        {
            var faulty = Outputs(options, model, random.Split(1 + (ulong)shape), shape);
            found[shape] = faulty.Quantized.Count(o => o >= model.One) / (double)Sensors;
            plain[shape] = faulty.Plain.Count(p => p >= bound) / (double)Sensors;
            agreeing += Agreeing(faulty, model.One);
        }
        return new SingleChannelReport(found, plain, agreeing / (1 + shapes.Length) / Sensors);
    }

    private sealed record Judged(float[] Quantized, float[] Float, float[] Plain);

    private static double Agreeing(Judged judged, float one) =>
        judged.Quantized.Zip(judged.Float).Count(p => p.First >= one == p.Second >= one);

    private static Judged Outputs(SingleChannelOptions options, FittedNetwork model, SplittableRandom random, InventedFault.Shape? shape)
    {
        var extractor = new FeatureExtractor(options.Features, 1, options.WindowLength);
        var plain = options.Features.FindIndex(f => $"{f.Stat}{f.Over}" == PlainFeature);
        var features = new float[Sensors * extractor.Count];
        for (var s = 0; s < Sensors; s++)
        {
            var own = random.Split((ulong)s);
            var z = SensorZ.Of(InventedSensor.Normal(options.SensorReadings, own), options);
            var window = z.AsSpan(
                options.SensorReadings - options.WindowLength - own.Below(options.SensorReadings / 2), options.WindowLength);
            if (shape is { } kind) InventedFault.Insert(window, kind, own);
            SensorZ.Clip(window, options);
            extractor.Extract(window, features.AsSpan(s * extractor.Count, extractor.Count));
        }
        using var quantized = new GraphSession(model.Quantized);
        using var unquantized = new GraphSession(model.Float);
        return new Judged(quantized.Run(features)[NetworkExport.Output], unquantized.Run(features)[NetworkExport.Output],
            [.. Enumerable.Range(0, Sensors).Select(s => Math.Abs(features[s * extractor.Count + plain]))]);
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>How invented sensors fare that are judged as the agent would, by its own lane.</summary>
/// <param name="Found">Share of faults in which an event opens, by kind.</param>
/// <param name="FalseEvents">Events on sensors without a fault.</param>
/// <param name="Flagged">Share of their readings in an event.</param>
/// <param name="Readings">How many readings those are.</param>
internal sealed record SingleChannelReport(
    IReadOnlyDictionary<InventedFault.Shape, double> Found, int FalseEvents, double Flagged, long Readings)
{
    // Apart from all else that is drawn, whatever the seed.
    private const ulong Part = 100;
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static SingleChannelReport Measure(BundleManifest manifest, ModelProto model, SingleChannelOptions options, ulong seed)
    {
        var random = new SplittableRandom(seed).Split(Part);
        using var replay = new DeviceReplay(manifest, model);
        bool[][] calm = [.. Enumerable.Range(0, options.TrialSensors)
            .Select(s => replay.Judge(Sensor(options, random.Split(0).Split((ulong)s), shape: null)))];
        var found = new Dictionary<InventedFault.Shape, double>();
        foreach (var shape in Enum.GetValues<InventedFault.Shape>())
        {
            var own = random.Split(1 + (ulong)shape);
            found[shape] = Enumerable.Range(0, options.TrialSensors)
                .Average(s => Opens(replay.Judge(Sensor(options, own.Split((ulong)s), shape)), options) ? 1.0 : 0);
        }
        var readings = calm.Sum(v => (long)v.Length);
        return new SingleChannelReport(
            found, calm.Sum(v => ProtocolScore.Runs(v).Count()), calm.Sum(v => v.Count(open => open)) / (double)readings, readings);
    }

    /// <summary>Whether an event opens while the fault is on; one that was open before says nothing of it.</summary>
    private static bool Opens(bool[] verdicts, SingleChannelOptions options) =>
        ProtocolScore.Runs(verdicts).Any(run => run.Start >= verdicts.Length - options.FaultReadings);

    private static Recording Sensor(SingleChannelOptions options, SplittableRandom random, InventedFault.Shape? shape)
    {
        var values = InventedSensor.Normal(options.TrialReadings, random);
        if (shape is { } kind) Bend(values, kind, options, random);
        DateTime[] times = [.. Enumerable.Range(0, values.Length).Select(r => Start.AddMinutes(r))];
        return new Recording("invented", [ManifestChannel.Any], times, [], values, null);
    }

    /// <summary>A fault of so many spreads of the sensor as it was before.</summary>
    private static void Bend(float[] values, InventedFault.Shape kind, SingleChannelOptions options, SplittableRandom random)
    {
        var sound = values.AsSpan(0, values.Length - options.FaultReadings);
        var mean = 0.0;
        foreach (var value in sound)
            mean += value / (double)sound.Length;
        var squares = 0.0;
        foreach (var value in sound)
            squares += (value - mean) * (value - mean) / sound.Length;
        InventedFault.Insert(values.AsSpan(sound.Length), kind, Math.Sqrt(squares), random);
    }
}

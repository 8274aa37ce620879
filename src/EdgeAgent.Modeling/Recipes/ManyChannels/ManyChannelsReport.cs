using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>How invented machines fare that are judged as the agent would, by its own lane.</summary>
/// <param name="Found">Share of faults of one sensor in which an event opens, by kind.</param>
/// <param name="FalseEvents">Events on machines without a fault.</param>
/// <param name="Flagged">Share of their readings in an event.</param>
/// <param name="Readings">How many readings those are.</param>
internal sealed record ManyChannelsReport(
    IReadOnlyDictionary<InventedFault.Shape, double> Found, int FalseEvents, double Flagged, long Readings)
{
    // Apart from all else that is drawn, whatever the seed.
    private const ulong Part = 100;

    public static ManyChannelsReport Measure(BundleManifest manifest, ModelProto model, ManyChannelsOptions options, ulong seed)
    {
        var random = new SplittableRandom(seed).Split(Part);
        using var replay = new DeviceReplay(OpenChannels.Named(manifest, InventedMachine.Names, manifest.Name), model);
        bool[][] calm = [.. Enumerable.Range(0, options.TrialMachines).Select(m => Judge(null, random.Split(0).Split((ulong)m)))];
        var found = new Dictionary<InventedFault.Shape, double>();
        foreach (var shape in Enum.GetValues<InventedFault.Shape>())
        {
            var own = random.Split(1 + (ulong)shape);
            found[shape] = Enumerable.Range(0, options.TrialMachines)
                .Average(m => Opens(Judge(shape, own.Split((ulong)m)), options) ? 1.0 : 0);
        }
        var readings = calm.Sum(v => (long)v.Length);
        return new ManyChannelsReport(
            found, calm.Sum(v => ProtocolScore.Runs(v).Count()), calm.Sum(v => v.Count(open => open)) / (double)readings, readings);

        bool[] Judge(InventedFault.Shape? shape, SplittableRandom drawn) =>
            replay.Judge(InventedMachine.Run(options.TrialReadings, shape, options.FaultReadings, drawn));
    }

    /// <summary>Whether an event opens while the fault is on; one that was open before says nothing of it.</summary>
    private static bool Opens(bool[] verdicts, ManyChannelsOptions options) =>
        ProtocolScore.Runs(verdicts).Any(run => run.Start >= verdicts.Length - options.FaultReadings);
}

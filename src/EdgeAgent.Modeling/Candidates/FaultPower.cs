using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>What a model finds of invented faults.</summary>
/// <param name="Found">Share of the faults in which an event is open, and was not open before.</param>
/// <param name="Flagged">Share of their readings that are flagged.</param>
internal readonly record struct FaultFindings(double Found, double Flagged)
{
    /// <summary>Both count: a fault that is found and soon forgotten is found by halves.</summary>
    public double Power => (Found + Flagged) / 2;
}

/// <summary>
/// How much of invented faults a device would flag, put into readings that were held out: by this, recipes are compared
/// without labels. All are shown the same faults in the same places.
/// </summary>
internal static class FaultPower
{
    private const int TrialsOfShape = 12, Before = 40, Fault = 160, LeastFault = 30;
    // Apart from the recipes' own parts, whatever the seed: all recipes are shown the same faults.
    private const ulong Part = 200;

    /// <summary>Readings before a fault that a model needs.</summary>
    public static int Needed(BundleManifest manifest) => (int)Math.Max(manifest.ReadingsBefore, manifest.Calibration.Needed);

    /// <param name="model">The model.</param>
    /// <param name="normals">What was held out.</param>
    /// <param name="needed">Readings before a fault that the most demanding of the models compared needs.</param>
    /// <param name="seed">Chooses the faults.</param>
    /// <returns>By shape; empty where what was held out is too short.</returns>
    public static Dictionary<FaultShape, FaultFindings> Of(FittedModel model, NormalSource normals, int needed, ulong seed)
    {
        var (whole, halved) = (model.Manifest, ThresholdSearch.Halved(model.Manifest));
        using var ofRuns = new DeviceReplay(whole, model.Quantized);
        using var ofParts = new DeviceReplay(halved, model.Quantized);
        // Half of what the most demanding one needs does for all, where devices calibrate on half.
        var pool = normals.Held.Runs.Select(r => (r.Recording, r.Recording.Rows, Needed: needed, IsPart: false))
            .Concat(normals.Held.Parts
                .Select(p => (Recording: p, Rows: Math.Min(p.Rows, 2 * (needed / 2)), Needed: needed / 2, IsPart: true)))
            .Where(p => p.Rows >= p.Needed + LeastFault).ToArray();
        var findings = new Dictionary<FaultShape, FaultFindings>();
        if (pool.Length == 0) return findings;
        var channels = normals.Floors.Length;
        foreach (var shape in InventedFault.Shapes(channels))
        {
            var random = new SplittableRandom(seed).Split(Part + (ulong)shape);
            var (found, flagged) = (0.0, 0.0);
            for (var t = 0; t < TrialsOfShape; t++)
            {
                var own = random.Split((ulong)t);
                var (recording, rows, before, isPart) = pool[own.Below(pool.Length)];
                var length = Math.Min(rows, before + Before + Fault);
                var start = own.Below(rows - length + 1);
                var faulty = recording.Select([.. Enumerable.Range(start, length)]);
                var first = before + Math.Min(Before, (length - before) / 4);
                InventedFault.Insert(faulty, first, own.Below(channels), shape, InventedFault.Size(own), recording, own);
                var open = (isPart ? ofParts : ofRuns).Play(faulty).IsOpen;
                found += !open[first - 1] && open.AsSpan(first).Contains(true) ? 1 : 0;
                flagged += open.Skip(first).Count(o => o) / (double)(length - first);
            }
            findings[shape] = new FaultFindings(found / TrialsOfShape, flagged / TrialsOfShape);
        }
        return findings;
    }
}

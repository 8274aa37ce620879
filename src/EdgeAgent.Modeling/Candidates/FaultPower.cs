using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>
/// How much of invented faults a device would flag, put into readings that were held out: by this, recipes are compared
/// without labels.
/// </summary>
internal static class FaultPower
{
    private const int Trials = 48, Before = 40, Fault = 160;
    private const double SmallestSize = 3, LargestSize = 15;
    // Apart from the recipes' own parts, whatever the seed: all recipes are shown the same faults.
    private const ulong Part = 200;

    /// <returns>Share of the faulty readings that are flagged.</returns>
    public static double Of(FittedModel model, NormalSource normals, ulong seed)
    {
        var (whole, halved) = (model.Manifest, ThresholdSearch.Halved(model.Manifest));
        using var ofRuns = new DeviceReplay(whole, model.Quantized);
        using var ofParts = new DeviceReplay(halved, model.Quantized);
        var pool = normals.Held.Runs.Select(r => (r.Recording, r.Recording.Rows, IsPart: false))
            .Concat(normals.Held.Parts.Select(p => (Recording: p, Rows: whole.Calibration.Readings, IsPart: true))).ToArray();
        var random = new SplittableRandom(seed).Split(Part);
        var found = 0.0;
        for (var t = 0; t < Trials; t++)
        {
            var own = random.Split((ulong)t);
            var (recording, rows, isPart) = pool[own.Below(pool.Length)];
            var readings = (isPart ? halved : whole).Calibration.Readings;
            var length = Math.Min(rows, readings + Before + Fault);
            var start = own.Below(rows - length + 1);
            var faulty = recording.Select([.. Enumerable.Range(start, length)]);
            var first = readings + Math.Min(Before, (length - readings) / 4);
            Insert(faulty, Calibrated.Learn(isPart ? halved : whole, faulty, 0), first, own);
            var verdicts = (isPart ? ofParts : ofRuns).Run(faulty, 0, length);
            found += verdicts.Skip(first - readings).Count(v => v.IsOpen) / (double)(length - first) / Trials;
        }
        return found;
    }

    private static void Insert(
        Recording recording, EdgeAgent.Pipeline.Detection.Calibration.ChannelCalibration calibration, int first, SplittableRandom random)
    {
        var (channels, rows) = (recording.Channels.Length, recording.Rows);
        var z = new float[(rows - first) * channels];
        Calibrated.Write(calibration, recording, first, z);
        var before = z.ToArray();
        SyntheticEvent.InsertWhole(z, channels, SmallestSize, LargestSize, random);
        for (var i = 0; i < z.Length; i++)
            if (z[i] != before[i])
                recording.Values[first * channels + i] = calibration.Undo(i % channels, z[i]);
    }
}

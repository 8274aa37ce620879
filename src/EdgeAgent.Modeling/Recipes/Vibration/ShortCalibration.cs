using EdgeAgent.Modeling.Simulation;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// What a device makes of a fault that comes soon: as many machines with one as without, after a calibration of some length.
/// </summary>
/// <param name="Samples">Signal that it has learned from when the fault comes.</param>
/// <param name="FalseShare">Share of the sound machines' windows under an event.</param>
/// <param name="F1">By window.</param>
/// <param name="Area">Under the curve of the receiver's operating characteristic, of the smoothed scores by window.</param>
internal sealed record ShortCalibration(int Samples, double FalseShare, double F1, double Area)
{
    private static readonly FaultKind[] Kinds = [.. Enum.GetValues<FaultKind>().Where(k => k != FaultKind.None)];

    public static ShortCalibration Measure(MachineJudge judge, VibrationOptions options, int calibrationBlocks, SplittableRandom random)
    {
        var runs = new SimulatedRuns(options);
        var (sound, faulty) = (new List<WindowVerdict>(), new List<WindowVerdict>());
        for (var i = 0; i < options.Trial.ShortMachines; i++)
        {
            var machine = random.Split((ulong)i);
            sound.AddRange(Behind(judge, runs.Sudden(FaultKind.None, machine, calibrationBlocks, options.Trial.ShortBlocks)));
            faulty.AddRange(Behind(judge, runs.Sudden(Kinds[i % Kinds.Length], machine, calibrationBlocks, options.Trial.ShortBlocks)));
        }
        double hits = faulty.Count(v => v.IsOpen), alarms = sound.Count(v => v.IsOpen);
        return new ShortCalibration(
            calibrationBlocks * options.BlockLength, alarms / sound.Count, 2 * hits / Math.Max(1, hits + alarms + faulty.Count),
            AreaUnderCurve(sound, faulty));
    }

    private static ReadOnlySpan<WindowVerdict> Behind(MachineJudge judge, MachineRun run) =>
        judge.Judge(run).AsSpan(run.Onset - judge.First);

    /// <summary>The chance that a faulty window has the higher score of two; a tie counts half.</summary>
    private static double AreaUnderCurve(List<WindowVerdict> sound, List<WindowVerdict> faulty)
    {
        float[] sorted = [.. sound.Select(v => v.Score).Order()];
        return faulty.Average(v => (Below(sorted, v.Score, orEqual: false) + Below(sorted, v.Score, orEqual: true)) / 2.0 / sorted.Length);
    }

    private static int Below(float[] sorted, float score, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < score || (orEqual && sorted[middle] == score)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

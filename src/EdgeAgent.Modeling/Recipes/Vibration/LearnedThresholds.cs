using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// The raw output that opens an event, by how much a machine has learned. Few windows tell little of a machine's normal, so sound
/// windows lie further from it: each threshold is taken from sound machines that had learned just as little.
/// </summary>
/// <param name="Zero">Median output of sound machines that have learned all.</param>
/// <param name="One">Threshold of machines that have learned all.</param>
/// <param name="Provisional">Thresholds of those that have not, by windows learned.</param>
internal sealed record LearnedThresholds(float Zero, float One, List<ManifestProvisionalOne> Provisional)
{
    /// <summary>Blocks behind a short calibration that count, at the least; otherwise as many windows again as were learned.</summary>
    private const int LeastBlocks = 4;

    /// <summary>
    /// A margin above the output that all but a share of sound machines stay below for as long as an event needs. One more machine
    /// exceeds the k-th highest of m with a chance of k in m + 1, whatever the distribution, for they are exchangeable: that is split
    /// conformal prediction.
    /// </summary>
    /// <remarks>V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", Springer 2005.</remarks>
    public static LearnedThresholds Of(IWindowModel model, IReadOnlyList<MachineRun> held, float[] floors, VibrationOptions options)
    {
        var (all, kept) = (new List<float>(), new List<float>());
        foreach (var run in held.Select(r => new CalibratedRun(r, floors, options, options.CalibrationWindows)))
        {
            var outputs = Outputs(model, run, run.Windows);
            all.AddRange(outputs);
            kept.Add(HighestKept(outputs, options.Smooth, options.OnAfter));
        }
        all.Sort();
        var zero = all[all.Count / 2];
        var one = Above(kept);
        var provisional = options.Learned.Select(n => new ManifestProvisionalOne { Readings = n, One = Few(n) }).ToList();
        // Among those that have learned little a rise with the number of windows is chance. One that has learned all is heard for
        // longer and wanders meanwhile, so its threshold may be the higher one.
        for (var i = provisional.Count - 2; i >= 0; i--)
            provisional[i].One = Math.Max(provisional[i].One, provisional[i + 1].One);
        return new LearnedThresholds(zero, one, provisional);

        float Above(IEnumerable<float> levels)
        {
            var place = Math.Max(1, (int)((held.Count + 1) * options.Excess));
            var level = levels.OrderDescending().ElementAt(place - 1);
            return level + (float)options.Margin * (level - zero);
        }

        float Few(int learned) => Above(held.Select(run => KeptBehind(run, learned)));

        float KeptBehind(MachineRun run, int learned)
        {
            var calibrated = new CalibratedRun(run, floors, options, learned);
            var windows = Math.Min(calibrated.Windows, Math.Max(LeastBlocks * options.WindowsOfBlock, learned));
            return HighestKept(Outputs(model, calibrated, windows), options.Smooth, options.OnAfter);
        }
    }

    private static float[] Outputs(IWindowModel model, CalibratedRun run, int windows) =>
        [.. Enumerable.Range(0, windows).Select(w => model.Raw(run.Window(w).ToArray()))];

    /// <summary>The highest level that a smoothed series stays at or above for so many steps in a row.</summary>
    internal static float HighestKept(ReadOnlySpan<float> outputs, int smooth, int steps)
    {
        var highest = float.NegativeInfinity;
        for (var end = smooth + steps - 1; end <= outputs.Length; end++)
        {
            var lowest = float.PositiveInfinity;
            for (var last = end - steps + 1; last <= end; last++)
            {
                var sum = 0f;
                foreach (var output in outputs[(last - smooth)..last])
                    sum += output;
                lowest = Math.Min(lowest, sum / smooth);
            }
            highest = Math.Max(highest, lowest);
        }
        return highest;
    }
}

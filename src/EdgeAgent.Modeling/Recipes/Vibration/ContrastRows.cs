using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>Windows of sound machines that wander (target 0), and such windows with an invented change (target 1).</summary>
/// <param name="Features">[rows, inputs].</param>
/// <param name="Targets">[rows].</param>
internal sealed record ContrastRows(float[] Features, float[] Targets)
{
    /// <summary>
    /// To each window comes, in part, what another machine has wandered since its own calibration: any machine may drift as
    /// any other did.
    /// </summary>
    public static ContrastRows Make(IReadOnlyList<CalibratedRun> runs, int width, VibrationOptions options, SplittableRandom random)
    {
        var change = new InventedChange(options.Axes.Length, options.Edges.Length - 1);
        var targets = new float[2 * options.RowsPerClass];
        var features = new float[targets.Length * width];
        var wandered = new float[width];
        for (var row = 0; row < targets.Length; row++)
        {
            var z = features.AsSpan(row * width, width);
            var (run, other) = (runs[random.Below(runs.Count)], runs[random.Below(runs.Count)]);
            run.Window(random.Below(run.Windows)).CopyTo(z);
            other.Wandered(random.Below(other.Windows), wandered);
            var share = (float)random.Uniform();
            for (var i = 0; i < width; i++)
                z[i] += share * wandered[i];
            if (row % 2 == 1)
            {
                change.Insert(z, random);
                targets[row] = 1;
            }
            foreach (ref var value in z)
                value = Math.Clamp(value, -options.Clip, options.Clip);
        }
        return new ContrastRows(features, targets);
    }
}

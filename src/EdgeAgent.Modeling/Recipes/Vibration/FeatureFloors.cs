using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// The smallest spread of each feature that a calibration may find: what is usual among sound machines over a long while. So
/// a machine that happened to stand still while it calibrated is not judged by that.
/// </summary>
internal static class FeatureFloors
{
    private const double UsualShare = 0.5;

    /// <summary>One floor a statistic, the same for all axes.</summary>
    public static float[] Of(IReadOnlyList<MachineRun> runs, int axes)
    {
        var statistics = runs[0].Width / axes;
        return [.. Enumerable.Range(0, statistics).Select(s =>
        {
            var spreads = runs.SelectMany(run => Spreads(run).Skip(s * axes).Take(axes)).Order().ToArray();
            return MathF.Round((float)spreads[(int)(spreads.Length * UsualShare)], 4);
        })];
    }

    private static double[] Spreads(MachineRun run)
    {
        var block = new ChannelBlock(run.Width);
        for (var w = 0; w < run.Windows; w++)
            block.Add(run.Window(w));
        return [.. Enumerable.Range(0, run.Width).Select(block.Spread)];
    }
}

using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Thresholds;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>
/// The judge of any one sensor among what <c>fit</c> may choose, where there is but one channel: it learns nothing from the recordings, for
/// each device learns by itself.
/// </summary>
/// <param name="options">Its constants.</param>
internal sealed class SingleChannelCandidate(SingleChannelOptions options) : ICandidate
{
    private const int LeastScale = 30, LeastWindows = 60, LeastProvisional = 30;
    // A recording calibrates a device, and as much again shall be judged.
    private const double CalibrationShare = 0.8;

    public string Name => SingleChannelRecipe.Id;

    public string Description => "Tells what is unusual for one sensor from what that sensor does: ten statistics against its own first "
        + "readings, without recordings or labels";

    public bool ComesFirst => true;

    public bool Suits(int channels, NormalOptions options) => channels == 1;

    public NormalOptions Suited(NormalOptions normals) => normals;

    public FittedModel Fit(NormalSource normals, NormalOptions suited, ulong seed, Action<string> progress)
    {
        var graph = SingleChannelExport.Graph(options.Features().Count);
        var manifest = SingleChannelManifest.Shape(Fitted(suited));
        manifest.Channels[0].Name = (normals.Runs.Count > 0 ? normals.Runs[0] : normals.Others[0]).Channels[0];
        return new FittedModel(manifest, graph, graph, 0)
        {
            Threshold = HeldOutCount.Of(manifest, graph, normals), Golden = SingleChannelGolden.Make(manifest, graph),
        };
    }

    public string Learning(FittedModel model, NormalOptions suited, int channels) =>
        $"The output is the root mean square of z of {options.Features().Count} statistics; nothing is learned before a sensor is there, and "
        + "the recordings were only used to compare it with other recipes.";

    /// <summary>With short recordings, calibrations as short as theirs.</summary>
    private SingleChannelOptions Fitted(NormalOptions suited)
    {
        var share = Math.Min(1, suited.CalibrationReadings / (CalibrationShare * options.CalibrationWindows));
        return share >= 1 ? options : options with
        {
            ScaleReadings = Math.Max(LeastScale, (int)(share * options.ScaleReadings)),
            CalibrationWindows = Math.Max(LeastWindows, (int)(share * options.CalibrationWindows)),
            ProvisionalWindows = Math.Max(LeastProvisional, (int)(share * options.ProvisionalWindows)),
        };
    }
}

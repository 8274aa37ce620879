using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>The constants of the distance recipe.</summary>
internal sealed record DistanceOptions
{
    /// <summary>What counts as normal, how devices calibrate, and which means the distance is of.</summary>
    public NormalOptions Normals { get; set; } = new() { Features = Means(60) };
    /// <summary>How far the correlations of the means are drawn towards none.</summary>
    public double Loading { get; set; } = 0.1;

    /// <summary>Means over the last readings, squashed, so that 8 bits tell small deviations apart beside large ones.</summary>
    public static List<ManifestFeature> Means(params IEnumerable<int> over) =>
        [.. over.Select(o => new ManifestFeature { Stat = "mean", Over = o, Squash = "signed-log" })];
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recipes.Distance;

namespace EdgeAgent.Modeling.Commands;

/// <summary>
/// Fits the recipes that suit a folder which nobody has described, and takes the one that finds most of invented faults with
/// thresholds at which readings that were held out are calm.
/// </summary>
/// <param name="Recipe">Its name.</param>
/// <param name="Model">What it yielded.</param>
/// <param name="Options">Its constants.</param>
/// <param name="Power">Share of invented faults found; null: nothing was held out to try it on.</param>
internal sealed record CandidateFit(string Recipe, FittedModel Model, RecipeOptions Options, double? Power)
{
    // The distance is the plainer one, the contrast also sees what is small: so much more must be found to leave it.
    private const double Preference = 0.03;

    public static CandidateFit Best(NormalSource normals, RecipeOptions options, ulong seed, Action<string> progress)
    {
        var contrast = new CandidateFit("contrast", ContrastRecipe.Fit(normals, options, seed, progress), options, null);
        if (normals.Held.IsEmpty) return contrast;
        var plain = new DistanceOptions { Normals = options with { Features = Plain(options.WindowLength) } };
        var distance = new CandidateFit(DistanceFitting.Recipe, DistanceRecipe.Fit(normals, plain, seed, progress), plain.Normals, null);
        var held = normals.OfHeld();
        contrast = contrast with { Power = FaultPower.Of(contrast.Model, held, contrast.Options, seed) };
        distance = distance with { Power = FaultPower.Of(distance.Model, held, distance.Options, seed) };
        progress(FormattableString.Invariant($"invented faults found in readings that were held out: contrast {100 * contrast.Power:0} %, distance {100 * distance.Power:0} %"));
        return distance.Power > contrast.Power + Preference ? distance : contrast;
    }

    private static List<ManifestFeature> Plain(int length) =>
    [
        new() { Stat = "mean", Over = length / 2, Squash = "signed-log" },
        new() { Stat = "mean", Over = length, Squash = "signed-log" },
        new() { Stat = "std", Over = length, Squash = "log" },
    ];
}

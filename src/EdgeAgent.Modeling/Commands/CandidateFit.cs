using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recipes.Distance;
using EdgeAgent.Modeling.Recipes.EachChannel;

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
    public const string Contrast = "contrast";

    // Recipes that come first see more of what these trials do not show, such as channels that part: so much more must be found to leave them.
    private const double Preference = 0.03;
    // With more channels than these the contrast learns its recordings by heart: of 20 channels it found 72 % where the next one found 92 %.
    private const int ChannelLimit = 16;

    public static CandidateFit Best(NormalSource normals, RecipeOptions options, ulong seed, Action<string> progress)
    {
        if (normals.Held.IsEmpty) return new CandidateFit(Contrast, ContrastRecipe.Fit(normals, options, seed, progress), options, null);
        var plain = new DistanceOptions { Normals = options with { Features = Plain(options.WindowLength) } };
        CandidateFit[] candidates =
        [
            .. normals.Floors.Length > ChannelLimit ? (CandidateFit[])[] : [new(Contrast, ContrastRecipe.Fit(normals, options, seed, progress), options, null)],
            new(EachChannelRecipe.Recipe, EachChannelRecipe.Fit(normals, options, seed, progress), options, null),
            new(DistanceFitting.Recipe, DistanceRecipe.Fit(normals, plain, seed, progress), plain.Normals, null),
        ];
        candidates = [.. candidates.Select(c => c with { Power = FaultPower.Of(c.Model, normals, seed) })];
        progress("readings of invented faults found, put where nothing was learned: " + string.Join(", ", candidates.Select(c => FormattableString.Invariant($"{c.Recipe} {100 * c.Power:0} %"))));
        return candidates.Aggregate((best, next) => next.Power > best.Power + Preference ? next : best);
    }

    private static List<ManifestFeature> Plain(int length) =>
    [
        new() { Stat = "mean", Over = length / 2, Squash = "signed-log" },
        new() { Stat = "mean", Over = length, Squash = "signed-log" },
        new() { Stat = "std", Over = length, Squash = "log" },
    ];
}

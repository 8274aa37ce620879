using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recipes.Contrast;
using EdgeAgent.Modeling.Recipes.Conv;
using EdgeAgent.Modeling.Recipes.Distance;
using EdgeAgent.Modeling.Recipes.EachChannel;
using EdgeAgent.Modeling.Recipes.ManyChannels;
using EdgeAgent.Modeling.Recipes.SingleChannel;
using EdgeAgent.Modeling.Recipes.Vibration;

namespace EdgeAgent.Modeling.Commands;

/// <summary>All recipes, in the order in which the help lists them.</summary>
internal static class RecipeList
{
    /// <summary>What the contrast is compared with where nobody has said which recordings are normal.</summary>
    public static IReadOnlyList<ICandidate> Rivals { get; } =
    [
        new SingleChannelCandidate(new SingleChannelOptions()),
        new EachChannelCandidate(new EachChannelOptions()),
        new DistanceCandidate(new DistanceOptions()),
    ];

    /// <summary>The first is the default.</summary>
    public static IReadOnlyList<IRecipe> All { get; } =
    [
        new ContrastRecipe(Rivals),
        new ConvRecipe(),
        new DistanceRecipe(),
        new ManyChannelsRecipe(),
        new SingleChannelRecipe(),
        new VibrationRecipe(),
    ];

    /// <summary>Those that learn from a folder of recordings.</summary>
    public static IEnumerable<IFolderRecipe> OfFolders => All.OfType<IFolderRecipe>();
}

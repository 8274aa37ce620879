using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Judges any one channel by what that channel did before.</summary>
internal sealed class SingleChannelRecipe : IRecipe
{
    public const string Id = "single-channel";

    public string Name => Id;

    public string Summary => "no recordings";

    public void Fit(FitRequest request, Action<string> progress) =>
        new SingleChannelFitting(request, new SingleChannelOptions()).Run(progress);
}

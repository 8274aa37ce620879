using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Learns from invented sensors what normal readings of any one channel look like.</summary>
internal sealed class SingleChannelRecipe : IRecipe
{
    public const string Id = "single-channel";

    public string Name => Id;

    public string Summary => "invented sensors";

    public void Fit(FitRequest request, Action<string> progress) =>
        new SingleChannelFitting(request, new SingleChannelOptions()).Run(progress);
}

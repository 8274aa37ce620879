using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>Judges any number of channels by what each of them did before.</summary>
internal sealed class ManyChannelsRecipe : IRecipe
{
    public const string Id = "many-channels";

    public string Name => Id;

    public string Summary => "no recordings";

    public void Fit(FitRequest request, Action<string> progress) =>
        new ManyChannelsFitting(request, new ManyChannelsOptions()).Run(progress);
}

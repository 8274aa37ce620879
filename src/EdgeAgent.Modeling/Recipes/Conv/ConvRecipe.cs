using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>Learns to rebuild windows of normal operation with a convolutional autoencoder.</summary>
internal sealed class ConvRecipe : IFolderRecipe
{
    public const string Id = "conv-autoencoder";

    public string Name => Id;

    public string Summary => "the same recordings; rebuilds the raw window, large";

    public void Fit(FitRequest request, Action<string> progress) => new ConvFitting(request, new ConvOptions()).Run(progress);

    public TrialFit Trial(FitRequest request)
    {
        var options = new ConvOptions();
        return new TrialFit(options.Normals, normals =>
        {
            var model = ConvTraining.Fit(normals, options, request.Seed, _ => { });
            return (ConvManifest.Of(request, options, normals, model), model.Quantized);
        });
    }
}

using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Trials;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>Measures how normal windows' means lie, and takes the distance from them; nothing is trained.</summary>
internal sealed class DistanceRecipe : IFolderRecipe
{
    public const string Id = "distance";

    public string Name => Id;

    public string Summary => "the same recordings; how far means lie from normal ones, nothing is trained";

    public void Fit(FitRequest request, Action<string> progress) => new DistanceFitting(request, new DistanceOptions()).Run(progress);

    public TrialFit Trial(FitRequest request)
    {
        var options = new DistanceOptions();
        return new TrialFit(options.Normals, normals =>
        {
            var model = DistanceTraining.Fit(normals, options, request.Seed, _ => { });
            return (model.Manifest, model.Quantized);
        });
    }
}

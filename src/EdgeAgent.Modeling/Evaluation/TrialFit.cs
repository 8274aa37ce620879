using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recipes.Distance;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>How a recipe is fitted for a trial, without a bundle being written.</summary>
/// <param name="Normals">The constants by which normals are chosen.</param>
/// <param name="Fit">From normals to what a device judges by.</param>
internal sealed record TrialFit(RecipeOptions Normals, Func<NormalSource, (BundleManifest Manifest, ModelProto Model)> Fit)
{
    /// <summary>The recipes that learn from recordings.</summary>
    public static readonly string[] Recipes = ["contrast", DistanceFitting.Recipe, ConvFitting.Recipe];

    public static TrialFit Of(string recipe, FitRequest request)
    {
        var (contrast, distance, conv) = (new RecipeOptions(), new DistanceOptions(), new ConvOptions());
        if (recipe == DistanceFitting.Recipe)
            return new TrialFit(distance.Normals, normals => Of(DistanceRecipe.Fit(normals, distance, request.Seed, _ => { })));
        if (recipe == ConvFitting.Recipe)
            return new TrialFit(conv.Normals, normals => Conv(normals, conv, request));
        return new TrialFit(contrast, normals => Of(ContrastRecipe.Fit(normals, contrast, request.Seed, _ => { })));
    }

    private static (BundleManifest, ModelProto) Of(FittedModel model) => (model.Manifest, model.Quantized);

    private static (BundleManifest, ModelProto) Conv(NormalSource normals, ConvOptions options, FitRequest request)
    {
        var model = ConvRecipe.Fit(normals, options, request.Seed, _ => { });
        var manifest = ConvBundle.Manifest(request, options, normals, model);
        ThresholdSearch.SetQuantile(manifest, model.Quantized, normals, options.Normals, options.ThresholdQuantile);
        return (manifest, model.Quantized);
    }
}

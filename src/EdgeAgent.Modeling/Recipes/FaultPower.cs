using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>How much of invented faults in readings that were held out a model finds: by this, recipes are compared without labels.</summary>
internal static class FaultPower
{
    private const int Windows = 1_500;
    // Apart from the recipes' own parts, whatever the seed.
    private const ulong Part = 200;

    /// <returns>Share of windows with a fault that reach the threshold.</returns>
    public static double Of(FittedModel model, NormalSource held, RecipeOptions options, ulong seed)
    {
        var set = TrainingSet.Make(held, options with { WindowsPerClass = Windows, DriftAdded = 0, MixesChannels = false }, new SplittableRandom(seed).Split(Part));
        using var session = new GraphSession(model.Quantized);
        var outputs = session.Run(set.Features)[model.Manifest.Output.Name];
        return Enumerable.Range(0, set.Targets.Length).Count(i => set.Targets[i] == 1 && outputs[i] >= model.Manifest.Output.One) / (double)Windows;
    }
}

using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.Contrast;

/// <summary>The contrast among what <c>fit</c> may choose.</summary>
/// <param name="options">Its constants, but for those of the folder.</param>
internal sealed class ContrastCandidate(ContrastOptions options) : ICandidate
{
    public string Name => ContrastRecipe.Id;

    public string Description => "Tells normal operation, drift included, from faults; learned without labels (contrast recipe, INT8)";

    // With more it learns its recordings by heart: of 20 channels it found 72 % where the next candidate found 92 %.
    public bool Suits(int channels, NormalOptions options) => channels <= 16;

    public NormalOptions Suited(NormalOptions normals) => normals;

    public FittedModel Fit(NormalSource normals, NormalOptions suited, ulong seed, Action<string> progress) =>
        ContrastTraining.Fit(normals, options with { Normals = suited }, seed, progress);

    public string Learning(FittedModel model, NormalOptions suited, int channels)
    {
        int[] widths = [suited.Features.Count * channels, .. options.HiddenWidths, 1];
        return $"{options.Members} networks {string.Join(" → ", widths)} with ReLU, whose mean is the model ({model.Parameters} numbers), "
            + $"tell {suited.WindowsPerClass} normal windows each from as many that also hold "
            + $"{SyntheticEvent.Describe(suited.SticksInPlace, "; 1 to 3 channels")}.";
    }
}

using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.EachChannel;

/// <summary>The judge of single channels among what <c>fit</c> may choose; it has no recipe name of its own.</summary>
/// <param name="options">Its constants, but for those of the folder.</param>
internal sealed class EachChannelCandidate(EachChannelOptions options) : ICandidate
{
    public string Name => "each-channel";

    public string Description => "Tells normal operation, drift included, from faults, each channel by itself, the worst one counts; "
        + "learned without labels (each-channel recipe, INT8)";

    public bool Suits(int channels, NormalOptions options) => channels > 1;

    public NormalOptions Suited(NormalOptions normals) => normals;

    public FittedModel Fit(NormalSource normals, NormalOptions suited, ulong seed, Action<string> progress) =>
        EachChannelTraining.Fit(normals, options with { Normals = suited }, seed, progress);

    public string Learning(FittedModel model, NormalOptions suited, int channels)
    {
        int[] widths = [suited.Features.Count, .. options.HiddenWidths, 1];
        return $"{options.Members} networks {string.Join(" → ", widths)} with ReLU, whose mean judges each channel by itself "
            + $"({model.Parameters} numbers, the same for all channels); the highest of them is the output. "
            + $"They tell {suited.WindowsPerClass} normal windows each from as many that also hold "
            + $"{SyntheticEvent.Describe(suited.SticksInPlace, "")}.";
    }
}

using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>The distance among what <c>fit</c> may choose.</summary>
/// <param name="options">Its constants, but for those of the folder.</param>
internal sealed class DistanceCandidate(DistanceOptions options) : ICandidate
{
    public string Name => DistanceRecipe.Id;

    public string Description => "How far the means of the last readings lie from where normal operation, drift included, puts them; "
        + "learned without labels (distance recipe, INT8)";

    public bool Suits(int channels, NormalOptions options) => true;

    /// <summary>A distance is of few statistics.</summary>
    public NormalOptions Suited(NormalOptions normals) => normals with
    {
        Features =
        [
            new() { Stat = "mean", Over = normals.WindowLength / 2, Squash = "signed-log" },
            new() { Stat = "mean", Over = normals.WindowLength, Squash = "signed-log" },
            new() { Stat = "std", Over = normals.WindowLength, Squash = "log" },
        ],
    };

    public FittedModel Fit(NormalSource normals, NormalOptions suited, ulong seed, Action<string> progress) =>
        DistanceTraining.Fit(normals, options with { Normals = suited }, seed, progress);

    public string Learning(FittedModel model, NormalOptions suited, int channels) =>
        $"The Mahalanobis distance of {suited.Features.Count * channels} statistics from those of {suited.WindowsPerClass} normal windows "
        + $"with the drift that normal operation shows ({model.Parameters} numbers, measured, not trained).";
}

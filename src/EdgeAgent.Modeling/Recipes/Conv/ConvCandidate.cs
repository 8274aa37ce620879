using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Thresholds;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The autoencoder among what <c>fit</c> may choose, where channels follow each other: smaller and learned for less long.</summary>
/// <param name="options">Its constants, but for those of the folder.</param>
internal sealed class ConvCandidate(ConvOptions options) : ICandidate
{
    // Its layers halve the window three times.
    private const int LengthStep = 8, LongestWindow = 64;
    private const int ChannelLimit = 32;

    public string Name => ConvRecipe.Id;

    public string Description => "Rebuilds a window of normal operation; what it cannot rebuild is unusual; "
        + "learned without labels (convolutional autoencoder, INT8)";

    public bool Suits(int channels, NormalOptions options) => options.IsCoupled && channels is > 1 and <= ChannelLimit;

    public NormalOptions Suited(NormalOptions normals) => normals with
    {
        WindowLength = Math.Min(LongestWindow, normals.WindowLength / LengthStep * LengthStep),
        Features = [],
    };

    public FittedModel Fit(NormalSource normals, NormalOptions suited, ulong seed, Action<string> progress)
    {
        var own = options with { Normals = suited };
        var trained = ConvTraining.Fit(normals, own, seed, progress);
        var manifest = ConvManifest.Shape(own, normals);
        var threshold = ThresholdSearch.Set(manifest, trained.Quantized, normals, suited, progress, grid: null);
        return new FittedModel(manifest, trained.Float, trained.Quantized, trained.Parameters)
        {
            Threshold = threshold, Golden = ConvGolden.Make(manifest, trained),
        };
    }

    public string Learning(FittedModel model, NormalOptions suited, int channels) =>
        $"A convolutional autoencoder ({model.Parameters} numbers) learned from {options.TrainingWindows} normal windows to rebuild them "
        + "through a narrow middle; the output is the mean squared error.";
}

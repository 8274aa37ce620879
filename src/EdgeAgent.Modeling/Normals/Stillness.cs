using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// The statistic that tells a sensor that stands still from one that hardly moves, however small its noise is beside the drift
/// by which it is measured: ln of the deviation, which is far down only where nothing moves at all.
/// </summary>
internal static class Stillness
{
    private const string Squash = "ln";
    // A still window lies 55 below others. By their own spread that would be hundreds, and take 8 bits from all other inputs.
    private const float ScaleLimit = 0.1f;

    /// <param name="window">Readings in a window.</param>
    public static ManifestFeature Of(int window) => new() { Stat = "std", Over = window, Squash = Squash };

    /// <summary>Keeps still windows within the reach of other inputs.</summary>
    /// <param name="standardisation">Of all features, feature-major; changed in place.</param>
    /// <param name="options">Says which they are.</param>
    /// <param name="channels">Channels of a reading.</param>
    public static Standardisation Tame(Standardisation standardisation, NormalOptions options, int channels)
    {
        for (var f = 0; f < options.Features.Count; f++)
            if (options.Features[f].Squash == Squash)
                foreach (ref var scale in standardisation.Scale.AsSpan(f * channels, channels))
                    scale = Math.Min(scale, ScaleLimit);
        return standardisation;
    }
}

using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>Features of normal windows with drift (target 0) and of such windows with an invented fault (target 1).</summary>
/// <param name="Features">[rows, inputs].</param>
/// <param name="Targets">[rows].</param>
internal sealed record TrainingSet(float[] Features, float[] Targets)
{
    public static TrainingSet Make(NormalSource normals, Drift drift, RecipeOptions options, SplittableRandom random)
    {
        var channels = normals.Floors.Length;
        var targets = new float[2 * options.WindowsPerClass];
        var features = Rows(normals, options, targets.Length, random, (z, row) =>
        {
            drift.Perturb(z, random);
            if (row % 2 == 1)
            {
                SyntheticEvent.Insert(z, channels, random);
                targets[row] = 1;
            }
            foreach (ref var value in z)
                value = Math.Clamp(value, -options.Clip, options.Clip);
        });
        return new TrainingSet(features, targets);
    }

    /// <summary>Features of normal windows as they were recorded: [rows, inputs].</summary>
    public static float[] Unperturbed(NormalSource normals, RecipeOptions options, SplittableRandom random) =>
        Rows(normals, options, options.WindowsPerClass, random, (_, _) => { });

    private delegate void Change(Span<float> z, int row);

    private static float[] Rows(NormalSource normals, RecipeOptions options, int rows, SplittableRandom random, Change change)
    {
        var channels = normals.Floors.Length;
        var extractor = new FeatureExtractor(options.Features, channels, options.WindowLength);
        var features = new float[rows * extractor.Count];
        var window = new float[options.WindowLength * channels];
        for (var row = 0; row < rows; row++)
        {
            normals.Draw(random).CopyTo(window);
            change(window, row);
            extractor.Extract(window, features.AsSpan(row * extractor.Count, extractor.Count));
        }
        return features;
    }
}

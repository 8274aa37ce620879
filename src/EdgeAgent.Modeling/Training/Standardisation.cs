namespace EdgeAgent.Modeling.Training;

/// <summary>(x − mean) · scale per input, so that all inputs of a network have about the same size.</summary>
/// <param name="Mean">[inputs].</param>
/// <param name="Scale">[inputs], one over the standard deviation.</param>
internal sealed record Standardisation(float[] Mean, float[] Scale)
{
    // An input that never moves would get an endless scale.
    private const double SpreadFloor = 1e-3;

    /// <param name="features">[rows, inputs].</param>
    /// <param name="inputs">Row length.</param>
    public static Standardisation Of(ReadOnlySpan<float> features, int inputs)
    {
        var rows = features.Length / inputs;
        var sum = new double[inputs];
        var squares = new double[inputs];
        for (var i = 0; i < features.Length; i++)
            sum[i % inputs] += features[i];
        for (var i = 0; i < features.Length; i++)
            squares[i % inputs] += Math.Pow(features[i] - sum[i % inputs] / rows, 2);
        return new Standardisation(
            [.. sum.Select(s => (float)(s / rows))],
            [.. squares.Select(q => (float)(1 / Math.Max(Math.Sqrt(q / rows), SpreadFloor)))]);
    }

    /// <summary>The standardised copy of <paramref name="features"/> ([rows, inputs]).</summary>
    public float[] Apply(ReadOnlySpan<float> features)
    {
        var result = features.ToArray();
        for (var i = 0; i < result.Length; i++)
            result[i] = (result[i] - Mean[i % Mean.Length]) * Scale[i % Mean.Length];
        return result;
    }
}

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>
/// A linear map after which normal features are uncorrelated and of size 1: the length of what it yields is their Mahalanobis distance.
/// </summary>
/// <remarks>
/// The covariance is loaded on its diagonal: (1 − loading) · R + loading · I, R being the correlations. Windows overlap,
/// so that estimates of the right shrinkage that count them as independent would choose next to none; and directions in
/// which normal operation hardly moves would blow up the rounding of 8-bit inputs.
/// </remarks>
internal static class Whitening
{
    /// <summary>[inputs, inputs]: column j holds the weights of output j, as a Gemm wants them.</summary>
    /// <param name="standardised">[rows, inputs], each with mean 0 and spread 1.</param>
    /// <param name="inputs">Row length.</param>
    /// <param name="loading">0: as measured; 1: features are taken for independent.</param>
    public static float[] Of(ReadOnlySpan<float> standardised, int inputs, double loading)
    {
        var inverse = InverseOfLower(Cholesky(Loaded(standardised, inputs, loading), inputs), inputs);
        var weights = new float[inputs * inputs];
        for (var i = 0; i < inputs; i++)
            for (var j = i; j < inputs; j++)
                weights[i * inputs + j] = (float)inverse[j * inputs + i];
        return weights;
    }

    private static double[] Loaded(ReadOnlySpan<float> rows, int inputs, double loading)
    {
        var correlations = new double[inputs * inputs];
        for (var start = 0; start < rows.Length; start += inputs)
            for (var i = 0; i < inputs; i++)
                for (var j = 0; j <= i; j++)
                    correlations[i * inputs + j] += (double)rows[start + i] * rows[start + j];
        var count = rows.Length / inputs;
        for (var i = 0; i < inputs; i++)
            for (var j = 0; j <= i; j++)
                correlations[i * inputs + j] = (1 - loading) * correlations[i * inputs + j] / count + (i == j ? loading : 0);
        return correlations;
    }

    /// <summary>The lower triangle whose product with its mirror image is the matrix, of which only the lower half is read.</summary>
    private static double[] Cholesky(double[] matrix, int size)
    {
        var lower = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i * size + j];
                for (var k = 0; k < j; k++)
                    rest -= lower[i * size + k] * lower[j * size + k];
                lower[i * size + j] = i == j ? Math.Sqrt(rest) : rest / lower[j * size + j];
            }
        return lower;
    }

    private static double[] InverseOfLower(double[] lower, int size)
    {
        var inverse = new double[size * size];
        for (var column = 0; column < size; column++)
            for (var i = column; i < size; i++)
            {
                var rest = i == column ? 1.0 : 0;
                for (var k = column; k < i; k++)
                    rest -= lower[i * size + k] * inverse[k * size + column];
                inverse[i * size + column] = rest / lower[i * size + i];
            }
        return inverse;
    }
}

using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Normals;

/// <summary>How much of each channel the others tell: where machines run at many loads, a fault shows only beside the load.</summary>
internal static class Couplings
{
    /// <summary>From here on a channel follows others, and what parts it from them is a fault.</summary>
    public const double Strong = 0.5;

    private const int Windows = 1500, ChannelLimit = 64;
    private const double Ridge = 0.02, Reach = 10;
    private const ulong Part = 300;

    /// <summary>
    /// For each channel the share of its windows' means that varies with those of the others (the squared multiple correlation); none
    /// of too many channels.
    /// </summary>
    public static double[] Of(NormalSource normals, NormalOptions options, ulong seed)
    {
        var channels = normals.Floors.Length;
        if (channels is 1 or > ChannelLimit) return new double[channels];
        var random = new SplittableRandom(seed).Split(Part);
        var means = new double[Windows, channels];
        var z = new float[options.WindowLength * channels];
        for (var w = 0; w < Windows; w++)
        {
            normals.Draw(random, z);
            for (var i = 0; i < z.Length; i++)
                means[w, i % channels] += Math.Clamp(z[i], -Reach, Reach) / options.WindowLength;
        }
        var inverse = Inverse(Correlations(means));
        return [.. Enumerable.Range(0, channels).Select(c => Math.Clamp(1 - 1 / inverse[c, c], 0, 1))];
    }

    private static double[,] Correlations(double[,] rows)
    {
        var (count, channels) = (rows.GetLength(0), rows.GetLength(1));
        var (center, size, result) = (new double[channels], new double[channels], new double[channels, channels]);
        for (var c = 0; c < channels; c++)
        {
            for (var r = 0; r < count; r++) center[c] += rows[r, c] / count;
            for (var r = 0; r < count; r++) size[c] += Math.Pow(rows[r, c] - center[c], 2);
            size[c] = Math.Max(1e-9, Math.Sqrt(size[c]));
        }
        for (var a = 0; a < channels; a++)
            for (var b = 0; b < channels; b++)
            {
                for (var r = 0; r < count; r++) result[a, b] += (rows[r, a] - center[a]) * (rows[r, b] - center[b]);
                result[a, b] = (1 - Ridge) * result[a, b] / (size[a] * size[b]) + (a == b ? Ridge : 0);
            }
        // One that never moves has no correlation, not even with itself.
        for (var c = 0; c < channels; c++) result[c, c] = 1;
        return result;
    }

    /// <summary>By Gauss and Jordan; the ridge keeps it from being singular.</summary>
    private static double[,] Inverse(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var inverse = new double[size, size];
        for (var i = 0; i < size; i++) inverse[i, i] = 1;
        for (var p = 0; p < size; p++)
        {
            var pivot = matrix[p, p];
            for (var c = 0; c < size; c++) (matrix[p, c], inverse[p, c]) = (matrix[p, c] / pivot, inverse[p, c] / pivot);
            for (var r = 0; r < size; r++)
            {
                var factor = matrix[r, p];
                if (r == p || factor == 0) continue;
                for (var c = 0; c < size; c++)
                {
                    matrix[r, c] -= factor * matrix[p, c];
                    inverse[r, c] -= factor * inverse[p, c];
                }
            }
        }
        return inverse;
    }
}

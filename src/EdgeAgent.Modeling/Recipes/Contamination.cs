using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>
/// Finds recordings whose calibration part moves unlike that of the others, so that a fault that was already on
/// is not learned as normal. No label is used: only recordings are compared with each other.
/// </summary>
internal static class Contamination
{
    // Below this many recordings nobody can say what is usual.
    private const int RecordingsNeeded = 5;
    // In robust standard deviations of the logarithm, far out in the tail: most recordings are clean.
    private const double Limit = 4;
    private const double MadToSigma = 1.4826;

    /// <param name="recordings">All to be compared.</param>
    /// <param name="readings">Rows of the calibration part.</param>
    /// <param name="floors">Smallest spread per channel.</param>
    /// <param name="clip">Limit of |z|.</param>
    /// <returns>For each recording, whether it is to be left out.</returns>
    public static bool[] Find(IReadOnlyList<Recording> recordings, int readings, float[] floors, float clip)
    {
        var contaminated = new bool[recordings.Count];
        if (recordings.Count < RecordingsNeeded)
            return contaminated;
        var moves = recordings.Select(r => Moves(r, readings, floors, clip)).ToArray();
        for (var c = 0; c < floors.Length; c++)
        {
            var median = Median(moves.Select(m => m[c]));
            var sigma = MadToSigma * Median(moves.Select(m => Math.Abs(m[c] - median)));
            for (var i = 0; i < contaminated.Length; i++)
                contaminated[i] |= moves[i][c] > median + Limit * sigma;
        }
        return contaminated;
    }

    /// <summary>Per channel ln(1 + how far the second half's mean lies from the first half's, in its spreads).</summary>
    private static double[] Moves(Recording recording, int readings, float[] floors, float clip)
    {
        var half = readings / 2;
        var channels = floors.Length;
        var z = new float[half * channels];
        Calibrated.Write(Calibrated.Learn(recording, 0, half, floors, clip), recording, half, z);
        var sums = new double[channels];
        for (var i = 0; i < z.Length; i++)
            sums[i % channels] += z[i];
        return [.. sums.Select(s => Math.Log(1 + Math.Abs(s / half)))];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

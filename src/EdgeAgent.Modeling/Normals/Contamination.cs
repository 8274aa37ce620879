using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

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
    // Readings in a short block: too short for a drift to show.
    private const int Block = 40;
    // Where recordings hardly differ, a factor of e^(4 · 0.15) = 1.8 in spread is still no matter.
    private const double SigmaFloor = 0.15;
    private const double MadToSigma = 1.4826;

    /// <param name="recordings">All to be compared.</param>
    /// <param name="readings">Rows of the calibration part.</param>
    /// <param name="floors">Smallest spread per channel.</param>
    /// <returns>For each recording, whether it is to be left out.</returns>
    public static bool[] Find(IReadOnlyList<Recording> recordings, int readings, float[] floors)
    {
        var contaminated = new bool[recordings.Count];
        if (recordings.Count < RecordingsNeeded)
            return contaminated;
        var moves = recordings.Select(r => Moves(r, readings, floors)).ToArray();
        for (var c = 0; c < floors.Length; c++)
        {
            var median = Median(moves.Select(m => m[c]));
            var sigma = Math.Max(SigmaFloor, MadToSigma * Median(moves.Select(m => Math.Abs(m[c] - median))));
            for (var i = 0; i < contaminated.Length; i++)
                contaminated[i] |= moves[i][c] > median + Limit * sigma;
        }
        return contaminated;
    }

    /// <summary>Per channel ln(spread over all readings / usual spread of a short block).</summary>
    private static double[] Moves(Recording recording, int readings, float[] floors) =>
        [.. floors.Select((floor, c) =>
        {
            var blocks = Enumerable.Range(0, readings / Block).Select(b => Spread(recording, c, b * Block, Block));
            return Math.Log(Math.Max(Spread(recording, c, 0, readings), floor) / Math.Max(Median(blocks), floor));
        })];

    private static double Spread(Recording recording, int channel, int start, int count)
    {
        double sum = 0, squares = 0;
        for (var r = start; r < start + count; r++)
            sum += recording.Row(r)[channel];
        for (var r = start; r < start + count; r++)
            squares += Math.Pow(recording.Row(r)[channel] - sum / count, 2);
        return Math.Sqrt(squares / count);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

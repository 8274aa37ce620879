using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// Chooses what of a long recording is taken for normal when nobody says: its first part, without the blocks of readings that
/// lie far from most. No label is used.
/// </summary>
/// <param name="Run">The readings chosen.</param>
/// <param name="FirstRows">Of how many first rows they were chosen.</param>
/// <param name="LeftOut">Blocks that were left out, as first and last row.</param>
internal sealed record NormalChoice(Recording Run, int FirstRows, IReadOnlyList<(int First, int Last)> LeftOut)
{
    /// <summary>Share of a recording, from its start, that is looked at.</summary>
    public const double FirstShare = 0.4;
    /// <summary>A recording this many times as long as a calibration is long.</summary>
    public const int LongFactor = 5;
    /// <summary>The same of one without labels: with labels, a short one was made to show a fault.</summary>
    public const int LongFactorUnlabelled = 3;

    private const int RowLimit = 20_000;
    private const double FarLimit = 4;
    private const double MadToSigma = 1.4826;
    // With more than that left out there is no majority to believe in.
    private const double LeftOutLimit = 0.25;

    /// <summary>Whether there is enough to choose from.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="options">Lengths.</param>
    /// <param name="isAlone">There is no other to learn from.</param>
    public static bool IsLong(Recording recording, NormalOptions options, bool isAlone = false) =>
        recording.Rows >= (recording.Labels is null || isAlone ? LongFactorUnlabelled : LongFactor) * options.CalibrationReadings;

    public static NormalChoice Of(Recording recording, NormalOptions options)
    {
        var rows = Math.Clamp((int)(FirstShare * recording.Rows), Math.Min(recording.Rows, 2 * options.CalibrationReadings), RowLimit);
        var size = Math.Max(options.WindowLength, options.CalibrationReadings / 4);
        var blocks = rows / size;
        var far = Far(recording, blocks, size);
        var withEdges = Enumerable.Range(0, blocks)
            .Select(b => far[Math.Max(0, b - 1)] || far[b] || far[Math.Min(blocks - 1, b + 1)])
            .ToArray();
        var needed = options.CalibrationReadings + 2 * options.WindowLength;
        if (far.Count(f => f) > LeftOutLimit * blocks || Left(far) < needed) far = new bool[blocks];
        // A fault that begins late in a block hardly moves its mean: what lies beside a far block goes, too, where enough is left.
        else if (Left(withEdges) >= Math.Max(needed, rows / 2)) far = withEdges;
        int Left(bool[] without) => (blocks - without.Count(f => f)) * size;
        var chosen = Enumerable.Range(0, rows).Where(r => r / size >= blocks || !far[r / size]).ToArray();
        var leftOut = Enumerable.Range(0, blocks).Where(b => far[b]).Select(b => (b * size, (b + 1) * size - 1));
        return new NormalChoice(recording.Select(chosen), rows, [.. leftOut]);
    }

    /// <summary>For people.</summary>
    public string Describe(Recording recording)
    {
        var taken = $"{recording.Name}: the first {FirstRows} of {recording.Rows} readings are taken for normal";
        if (LeftOut.Count == 0) return taken;
        var stretches = Merged().Take(6).Select(b => $"{recording.TimeTexts[b.First]} to {recording.TimeTexts[b.Last]}");
        return $"{taken}, without {LeftOut.Sum(b => b.Last - b.First + 1)} that lie far from most: "
            + string.Join(", ", stretches) + (Merged().Count() > 6 ? ", …" : "");
    }

    private IEnumerable<(int First, int Last)> Merged()
    {
        for (var i = 0; i < LeftOut.Count; i++)
        {
            var first = LeftOut[i].First;
            while (i + 1 < LeftOut.Count && LeftOut[i + 1].First == LeftOut[i].Last + 1) i++;
            yield return (first, LeftOut[i].Last);
        }
    }

    private static bool[] Far(Recording recording, int blocks, int size)
    {
        var channels = recording.Channels.Length;
        var stats = Enumerable.Range(0, blocks).Select(b => Block(recording, b * size, size)).ToArray();
        var far = new bool[blocks];
        for (var c = 0; c < channels; c++)
        {
            var means = stats.Select(s => s.Mean(c)).ToArray();
            var spreads = stats.Select(s => Math.Log(s.Spread(c) + 1e-9 * (1 + Math.Abs(s.Mean(c))))).ToArray();
            var (center, usualSpread) = (Median(means), Math.Exp(Median(spreads)));
            var reach = FarLimit * Math.Max(MadToSigma * Median(means.Select(m => Math.Abs(m - center))), usualSpread / 2);
            var median = Median(spreads);
            var shaking = median + FarLimit * Math.Max(0.25, MadToSigma * Median(spreads.Select(s => Math.Abs(s - median))));
            for (var b = 0; b < blocks; b++)
                far[b] |= Math.Abs(means[b] - center) > reach || spreads[b] > shaking;
        }
        return far;
    }

    private static ChannelBlock Block(Recording recording, int start, int rows)
    {
        var block = new ChannelBlock(recording.Channels.Length);
        for (var r = start; r < start + rows; r++)
            block.Add(recording.Row(r));
        return block;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

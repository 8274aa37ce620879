using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>A run, and the row from which its judgements count as held out.</summary>
internal readonly record struct HeldRun(Recording Recording, int From);

/// <summary>
/// A recording that may hold faults, the row up to which it was taken for normal, and the share of the rest that may be at fault.
/// </summary>
/// <param name="IsMostlyNormal">Nobody has marked it as made to show a fault.</param>
internal readonly record struct OpenRest(Recording Recording, int From, double FlaggedLimit, bool IsMostlyNormal);

/// <summary>
/// Normal readings that training does not see. They settle the threshold: what a network says of readings that it has
/// learned by heart tells nothing about the next day.
/// </summary>
/// <param name="Runs">Whole recordings, and the last parts of others.</param>
/// <param name="Parts">Recordings whose calibration part counts: calibrated on its first half, judged on the second.</param>
internal sealed record HeldOut(IReadOnlyList<HeldRun> Runs, IReadOnlyList<Recording> Parts)
{
    // Of so many recordings one is kept aside: the next device is none of those that were learned from.
    private const int OneOf = 3;
    // Of what is learned from, the first part; the rest shows how normal operation moves on.
    private const double LearnedShare = 0.6, LearnedShareLimit = 0.8;

    public bool IsEmpty => Runs.Count == 0 && Parts.Count == 0;

    /// <summary>What is left to learn from, and what is kept aside.</summary>
    public static (List<Recording> Runs, List<Recording> Others, HeldOut Held) Split(
        IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, NormalOptions options)
    {
        var (learned, held) = (new List<Recording>(), new List<HeldRun>());
        for (var i = 0; i < runs.Count; i++)
        {
            var rows = runs[i].Rows;
            var first = Math.Max((int)(LearnedShare * rows), options.CalibrationReadings + 2 * options.WindowLength);
            if (runs.Count >= OneOf && i % OneOf == OneOf - 2)
                held.Add(new HeldRun(runs[i], options.CalibrationReadings));
            else if (first <= LearnedShareLimit * rows
                && (runs.Count < OneOf || rows >= NormalSource.ShortRun * options.CalibrationReadings))
            {
                learned.Add(runs[i].Select([.. Enumerable.Range(0, first)]));
                held.Add(new HeldRun(runs[i], first));
            }
            else
                learned.Add(runs[i]);
        }
        var isKept = others.Select((_, i) => others.Count >= OneOf && i % OneOf == OneOf - 2).ToArray();
        return (learned, [.. others.Where((_, i) => !isKept[i])], new HeldOut(held, [.. others.Where((_, i) => isKept[i])]));
    }
}

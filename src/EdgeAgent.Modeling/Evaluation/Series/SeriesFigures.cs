namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>How a bundle did on a series. Rows before the device was calibrated count for the volumes alone, as nothing unusual.</summary>
/// <param name="Name">The file, with its channel where there are several.</param>
/// <param name="VusPr">Volume under the surface of precision over recall; NaN where nothing is labelled.</param>
/// <param name="VusRoc">The same of recall over false alarms.</param>
/// <param name="Normal">Rows without a label.</param>
/// <param name="NormalFlagged">Those in an event.</param>
/// <param name="Labelled">Rows with one.</param>
/// <param name="LabelledFlagged">Those in an event.</param>
/// <param name="Events">Labelled stretches.</param>
/// <param name="Found">Those in which an event was open.</param>
/// <param name="False">Events without a labelled row.</param>
internal sealed record SeriesFigures(
    string Name, double VusPr, double VusRoc, int Normal, int NormalFlagged, int Labelled, int LabelledFlagged,
    int Events, int Found, int False)
{
    public double F1 => 2.0 * LabelledFlagged / Math.Max(1, LabelledFlagged + NormalFlagged + Labelled);
    public double FalseAlarmRate => NormalFlagged / (double)Math.Max(1, Normal);
    public double MissedAlarmRate => Labelled == 0 ? double.NaN : 1 - LabelledFlagged / (double)Labelled;

    /// <param name="name">What it is called.</param>
    /// <param name="values">The channel that says how long the series' period is.</param>
    /// <param name="labels">What was wrong; null: nothing is known.</param>
    /// <param name="scores">The score of each row; NaN where none was judged.</param>
    /// <param name="isOpen">Whether an event was open after each.</param>
    /// <param name="first">The first row behind the calibration.</param>
    public static SeriesFigures Of(string name, float[] values, bool[]? labels, float[] scores, bool[] isOpen, int first)
    {
        var lowest = scores.Where(s => !float.IsNaN(s)).DefaultIfEmpty(0).Min();
        float[] filled = [.. scores.Select(s => float.IsNaN(s) ? lowest : s)];
        var (pr, roc) = labels is null || !labels.Contains(true) ? (double.NaN, double.NaN)
            : new VolumeUnderSurface(labels, filled).Volume(SeriesPeriod.Of(values));
        var truth = labels ?? new bool[scores.Length];
        int Count(bool label, bool? open) =>
            Enumerable.Range(0, scores.Length).Count(r => r >= first && truth[r] == label && (open is null || isOpen[r] == open));
        List<(int Start, int End)> stretches = [.. ProtocolScore.Runs(truth)], events = [.. ProtocolScore.Runs(isOpen)];
        return new SeriesFigures(name, pr, roc, Count(false, null), Count(false, true), Count(true, null), Count(true, true),
            stretches.Count, stretches.Count(s => isOpen.AsSpan(s.Start, s.End - s.Start).Contains(true)),
            events.Count(e => !truth.AsSpan(e.Start, e.End - e.Start).Contains(true)));
    }

    /// <summary>All of them together: volumes as means over the series, the rest as sums.</summary>
    public static SeriesFigures Total(IReadOnlyCollection<SeriesFigures> figures)
    {
        SeriesFigures[] scored = [.. figures.Where(f => !double.IsNaN(f.VusPr))];
        return new SeriesFigures(
            $"{figures.Count} series", scored.Length == 0 ? double.NaN : scored.Average(f => f.VusPr),
            scored.Length == 0 ? double.NaN : scored.Average(f => f.VusRoc),
            figures.Sum(f => f.Normal), figures.Sum(f => f.NormalFlagged),
            figures.Sum(f => f.Labelled), figures.Sum(f => f.LabelledFlagged), figures.Sum(f => f.Events), figures.Sum(f => f.Found),
            figures.Sum(f => f.False));
    }
}

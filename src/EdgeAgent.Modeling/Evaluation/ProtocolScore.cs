using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>
/// Counts over the judged rows of all recordings, as the published outlier task of SKAB takes them: reading by
/// reading, no tolerance, no adjustment; and, beside that, what an operator would see.
/// </summary>
internal sealed class ProtocolScore
{
    private readonly List<double> _delays = [];
    private int _truePositive, _trueNegative, _falsePositive, _falseNegative;

    public double F1 => Ratio(_truePositive, _truePositive + (_falsePositive + _falseNegative) / 2.0);
    /// <summary>Share of normal readings that were flagged.</summary>
    public double FalseAlarmRate => Ratio(_falsePositive, _falsePositive + _trueNegative);
    /// <summary>Share of anomalous readings that were not.</summary>
    public double MissedAlarmRate => Ratio(_falseNegative, _falseNegative + _truePositive);
    public double FlaggedShare => Ratio(_truePositive + _falsePositive, Readings);
    public int Readings => _truePositive + _trueNegative + _falsePositive + _falseNegative;
    /// <summary>Labelled stretches, and those with at least one flagged reading.</summary>
    public int Events { get; private set; }
    public int Found => _delays.Count;
    /// <summary>Seconds from an event's first reading to the first flagged one, over the events found.</summary>
    public double MeanDelaySeconds => Found == 0 ? double.NaN : _delays.Average();
    /// <summary>The same for the median event; of two in the middle the later one, as SKAB's scorers take it.</summary>
    public double MedianDelaySeconds => Found == 0 ? double.NaN : _delays.Order().ElementAt(Found / 2);
    /// <summary>Stretches of flagged readings that touch no event.</summary>
    public int FalseAlarms { get; private set; }

    /// <param name="recording">With labels.</param>
    /// <param name="verdicts">For its last rows.</param>
    public void Add(Recording recording, bool[] verdicts)
    {
        var first = recording.Rows - verdicts.Length;
        var labels = recording.Labels.AsSpan(first).ToArray();
        for (var i = 0; i < verdicts.Length; i++)
            Count(labels[i], verdicts[i]);
        foreach (var (start, end) in Runs(labels))
        {
            Events++;
            var hit = Array.IndexOf(verdicts, true, start, end - start);
            if (hit >= 0)
                _delays.Add((recording.Times[first + hit] - recording.Times[first + start]).TotalSeconds);
        }
        FalseAlarms += Runs(verdicts).Count(run => Array.IndexOf(labels, true, run.Start, run.End - run.Start) < 0);
    }

    private void Count(bool label, bool verdict)
    {
        if (label && verdict) _truePositive++;
        else if (label) _falseNegative++;
        else if (verdict) _falsePositive++;
        else _trueNegative++;
    }

    /// <summary>Stretches that are set, each from its first position to the one behind its last.</summary>
    public static IEnumerable<(int Start, int End)> Runs(bool[] flags)
    {
        for (var i = 0; i < flags.Length; i++)
        {
            if (!flags[i])
                continue;
            var start = i;
            while (i < flags.Length && flags[i])
                i++;
            yield return (start, i);
        }
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

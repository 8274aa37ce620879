namespace EdgeAgent.Modeling.Evaluation.Series;

/// <summary>
/// VUS-PR and VUS-ROC: how well scores rank labelled rows above others, whatever the threshold and however exactly the edges of the labels
/// are meant. A surface has one curve for each tolerance at the edges, from 0 to a window; its volume is the mean area.
/// </summary>
/// <remarks>
/// Paparrizos, Boniol, Palpanas, Tsay, Elmore, Franklin: "Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series
/// Anomaly Detection", VLDB 2022, with the later reading of existence that TSB-AD uses.
/// </remarks>
internal sealed class VolumeUnderSurface
{
    private const int Thresholds = 250;

    private readonly bool[] _labels;
    private readonly List<(int Start, int End)> _stretches;
    /// <summary>The first threshold at which each row is flagged; all that follow flag it too.</summary>
    private readonly int[] _rank;
    private readonly double[] _flagged = new double[Thresholds];
    private readonly double[] _inside = new double[Thresholds];
    private readonly double _labelled;

    /// <param name="labels">For each row whether something was wrong; some must be.</param>
    /// <param name="scores">For each row how unusual it was.</param>
    public VolumeUnderSurface(bool[] labels, float[] scores)
    {
        _labels = labels;
        _stretches = [.. ProtocolScore.Runs(labels)];
        _labelled = labels.Count(l => l);
        _rank = Rank(scores);
        for (var row = 0; row < labels.Length; row++)
        {
            if (_rank[row] >= Thresholds) continue;
            _flagged[_rank[row]]++;
            if (labels[row]) _inside[_rank[row]]++;
        }
        Accumulate(_flagged);
        Accumulate(_inside);
    }

    /// <param name="window">The largest tolerance, in rows.</param>
    public (double PrecisionRecall, double Roc) Volume(int window)
    {
        var (pr, roc) = (0.0, 0.0);
        for (var tolerance = 0; tolerance <= window; tolerance++)
        {
            var area = Area(tolerance);
            (pr, roc) = (pr + area.PrecisionRecall, roc + area.Roc);
        }
        return (pr / (window + 1), roc / (window + 1));
    }

    private (double PrecisionRecall, double Roc) Area(int tolerance)
    {
        var beside = Beside(tolerance);
        var (existing, groups) = Existing(tolerance / 2);
        var (pr, roc, recallBefore, falseBefore) = (0.0, 0.0, 0.0, 0.0);
        for (var k = 0; k < Thresholds; k++)
        {
            var (hits, positives) = (_inside[k] + beside[k], _labelled + beside[k] / 2);
            var recall = Math.Min(1, hits / positives) * existing[k] / groups;
            var falseRate = (_flagged[k] - hits) / (_labels.Length - positives);
            pr += (recall - recallBefore) * hits / _flagged[k];
            roc += (falseRate - falseBefore) * (recall + recallBefore) / 2;
            (recallBefore, falseBefore) = (recall, falseRate);
        }
        return (pr, roc + (1 - falseBefore) * (1 + recallBefore) / 2);
    }

    /// <summary>What the flagged rows beside labelled stretches count for, at each threshold.</summary>
    private double[] Beside(int tolerance)
    {
        var weights = new Dictionary<int, double>();
        foreach (var (start, end) in _stretches)
            for (var distance = 1; distance <= tolerance / 2; distance++)
            {
                var weight = Math.Sqrt(1 - (double)distance / tolerance);
                Lay(end - 1 + distance, weight);
                Lay(start - distance, weight);
            }
        var beside = new double[Thresholds];
        foreach (var (row, weight) in weights)
            if (_rank[row] < Thresholds)
                beside[_rank[row]] += Math.Min(1, weight);
        Accumulate(beside);
        return beside;

        void Lay(int row, double weight)
        {
            if (row >= 0 && row < _labels.Length && !_labels[row]) weights[row] = weights.GetValueOrDefault(row) + weight;
        }
    }

    /// <summary>How many stretches, widened and joined where they meet, hold a flagged row, at each threshold.</summary>
    private (double[] Existing, int Groups) Existing(int half)
    {
        var (existing, groups, reach, first) = (new double[Thresholds], 0, -1, Thresholds);
        foreach (var (start, end) in _stretches)
        {
            var (from, to) = (Math.Max(0, start - half), Math.Min(_labels.Length - 1, end - 1 + half));
            if (groups == 0 || from > reach)
            {
                Close();
                (groups, first) = (groups + 1, Thresholds);
                reach = from - 1;
            }
            for (var row = reach + 1; row <= to; row++)
                first = Math.Min(first, _rank[row]);
            reach = Math.Max(reach, to);
        }
        Close();
        Accumulate(existing);
        return (existing, groups);

        void Close()
        {
            if (groups > 0 && first < Thresholds) existing[first]++;
        }
    }

    /// <summary>The thresholds lie evenly over the ranks of the scores.</summary>
    private static int[] Rank(float[] scores)
    {
        float[] falling = [.. scores.OrderDescending()];
        var step = (scores.Length - 1) / (double)(Thresholds - 1);
        // Rising, to be searched.
        float[] levels = [.. Enumerable.Range(0, Thresholds).Select(k => -falling[k == Thresholds - 1 ? ^1 : (int)(k * step)])];
        return [.. scores.Select(score => FirstNotBelow(levels, -score))];
    }

    private static int FirstNotBelow(float[] rising, float value)
    {
        var (low, high) = (0, rising.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rising[middle] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static void Accumulate(double[] counts)
    {
        for (var k = 1; k < counts.Length; k++)
            counts[k] += counts[k - 1];
    }
}

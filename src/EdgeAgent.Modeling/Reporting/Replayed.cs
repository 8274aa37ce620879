using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>What the finished bundle makes of one recording, reading by reading behind its calibration.</summary>
/// <param name="Recording">The readings.</param>
/// <param name="First">Row of the first judgement.</param>
/// <param name="LearnedRows">Rows from the start that training has seen, or chosen from.</param>
/// <param name="Scores">1 is the threshold.</param>
/// <param name="IsOpen">Whether an event is open.</param>
/// <param name="FloatIsOpen">The same by the FP32 twin.</param>
internal sealed record Replayed(Recording Recording, int First, int LearnedRows, float[] Scores, bool[] IsOpen, bool[] FloatIsOpen)
{
    public static Replayed Run(BundleManifest manifest, ModelProto quantized, ModelProto twin, Recording recording, int learned)
    {
        using var replay = new DeviceReplay(manifest, quantized);
        using var twins = new DeviceReplay(manifest, twin);
        var verdicts = replay.Run(recording, 0, recording.Rows);
        var (zero, one) = (manifest.Output.Zero, manifest.Output.One);
        return new Replayed(recording, manifest.Calibration.Readings, learned,
            [.. verdicts.Select(v => (v.Output - zero) / (one - zero))], [.. verdicts.Select(v => v.IsOpen)],
            [.. twins.Run(recording, 0, recording.Rows).Select(v => v.IsOpen)]);
    }

    public int Judged => IsOpen.Length;

    public bool IsLabelled(int judgement) => Recording.Labels is { } labels && labels[First + judgement];

    public bool IsLearned(int judgement) => First + judgement < LearnedRows;

    /// <summary>Share of the judged readings without a label that are flagged.</summary>
    public double FalseShare => Share(Enumerable.Range(0, Judged).Where(i => !IsLabelled(i)));

    /// <summary>Flagged and labelled against either: how well verdicts and labels meet.</summary>
    public double F1
    {
        get
        {
            int both = 0, either = 0;
            for (var i = 0; i < Judged; i++)
            {
                both += IsOpen[i] && IsLabelled(i) ? 2 : 0;
                either += (IsOpen[i] ? 1 : 0) + (IsLabelled(i) ? 1 : 0);
            }
            return either == 0 ? 1 : both / (double)either;
        }
    }

    /// <summary>Days that were judged, pauses left out.</summary>
    public double Days => Judged * Recording.StepSeconds / TimeSpan.SecondsPerDay;

    /// <summary>Events, as first and last judgement.</summary>
    public List<(int First, int Last)> Events() => Stretches(i => IsOpen[i]);

    public List<(int First, int Last)> Labelled() => Stretches(IsLabelled);

    /// <summary>Events in which no reading is labelled.</summary>
    public int FalseAlarms => Events().Count(e => !Enumerable.Range(e.First, e.Last - e.First + 1).Any(IsLabelled));

    /// <summary>Messages that the events cause: opened, closed, and updates as by default, each with a reading.</summary>
    public double Messages => Events().Sum(e =>
        2 + Math.Min(e.Last - e.First, UpdatePace.Usual.Count(Recording.Times[First + e.Last] - Recording.Times[First + e.First])));

    public double Share(IEnumerable<int> judgements)
    {
        int all = 0, flagged = 0;
        foreach (var i in judgements)
        {
            all++;
            flagged += IsOpen[i] ? 1 : 0;
        }
        return all == 0 ? 0 : flagged / (double)all;
    }

    private List<(int First, int Last)> Stretches(Func<int, bool> isIn)
    {
        var stretches = new List<(int, int)>();
        for (var i = 0; i < Judged; i++)
        {
            if (!isIn(i)) continue;
            var first = i;
            while (i + 1 < Judged && isIn(i + 1)) i++;
            stretches.Add((first, i));
        }
        return stretches;
    }
}

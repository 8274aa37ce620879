using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;

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
    private const int CausesShown = 3;
    // A channel that has less of the score is no cause to name.
    private const float LeastShare = 0.1f;

    public static Replayed Run(BundleManifest manifest, ModelProto quantized, ModelProto twin, Recording recording, int learned)
    {
        using var replay = new DeviceReplay(manifest, quantized);
        using var twins = new DeviceReplay(manifest, twin);
        var played = replay.Play(recording);
        var first = manifest.CalibratesFeatures ? played.First : manifest.Calibration.Needed;
        return new Replayed(recording, first, learned, Held(played.Scores.AsSpan(first)), played.IsOpen[first..],
            twins.Play(recording).IsOpen[first..]) { Reports = played.Events };
    }

    /// <summary>A reading that is not judged repeats the score before it.</summary>
    private static float[] Held(ReadOnlySpan<float> scores)
    {
        var (held, last) = (new float[scores.Length], 0f);
        for (var i = 0; i < held.Length; i++)
            held[i] = last = float.IsNaN(scores[i]) ? last : scores[i];
        return held;
    }

    /// <summary>What the agent would have reported of the events, in their order.</summary>
    public IReadOnlyList<AnomalyEvent> Reports { get; private init; } = [];

    /// <summary>The channels that have most of an event's score, with what they were and were expected to be.</summary>
    public static string Causes(AnomalyEvent report)
    {
        var named = report.Channels.Where(c => c.Share >= LeastShare).OrderByDescending(c => c.Share).Take(CausesShown)
            .Select(c => string.Create(CultureInfo.InvariantCulture,
                $"{c.Name} {100 * c.Share:0} % ({c.Value:0.####}{(c.Unit is null ? "" : $" {c.Unit}")}, expected {c.Expected:0.####})"))
            .ToArray();
        return named.Length > 0 ? string.Join(", ", named) : "no channel by itself";
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

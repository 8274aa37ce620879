using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>How one model did on one body of recordings.</summary>
/// <param name="Name">The model, or the recording of a normal run.</param>
/// <param name="Summary">The result in a line.</param>
/// <param name="Score">The counts, where there are labels.</param>
/// <param name="Verdicts">All verdicts in the order of recordings and rows.</param>
internal sealed record Report(string Name, string Summary, ProtocolScore? Score, bool[] Verdicts)
{
    /// <summary>Share of flagged readings.</summary>
    public double Flagged => Share(Verdicts);

    /// <summary>Scores all recordings that have labels; yields nothing when none has.</summary>
    public static IEnumerable<Report> Labelled(string name, BundleManifest manifest, ModelProto model, IReadOnlyList<Recording> recordings)
    {
        var labelled = recordings.Where(r => r.Labels is not null).ToArray();
        if (labelled.Length == 0)
            yield break;
        using var replay = new DeviceReplay(manifest, model);
        var score = new ProtocolScore();
        var all = new List<bool>();
        foreach (var recording in labelled)
        {
            var verdicts = replay.Judge(recording);
            score.Add(recording, verdicts);
            all.AddRange(verdicts);
        }
        yield return new Report(name, $"{name}: {Describe(score)}", score, [.. all]);
    }

    /// <summary>What is flagged of a recording without a fault, as a whole and in the last part, which training has not seen.</summary>
    public static Report NormalRun(BundleManifest manifest, ModelProto model, Recording run, int seenRows)
    {
        using var replay = new DeviceReplay(manifest, model);
        var verdicts = replay.Judge(run);
        var unseen = verdicts[^(run.Rows - seenRows)..];
        var whole = FormattableString.Invariant($"{100 * Share(verdicts):0.00} % of {verdicts.Length} readings flagged");
        var last = FormattableString.Invariant($"{100 * Share(unseen):0.00} % of the {unseen.Length} that training has not seen");
        return new Report(run.Name, $"{run.Name}: {whole}, {last}", null, verdicts);
    }

    private static double Share(bool[] verdicts) => verdicts.Count(v => v) / (double)verdicts.Length;

    /// <summary>Share of readings that two models judge alike.</summary>
    public static double Agreement(Report a, Report b) =>
        a.Verdicts.Zip(b.Verdicts).Count(p => p.First == p.Second) / (double)a.Verdicts.Length;

    private static string Describe(ProtocolScore s) => string.Join("  ",
        FormattableString.Invariant($"F1 {s.F1:0.0000}"),
        FormattableString.Invariant($"FAR {100 * s.FalseAlarmRate:0.00} %"),
        FormattableString.Invariant($"MAR {100 * s.MissedAlarmRate:0.00} %"),
        $"events {s.Found}/{s.Events}",
        FormattableString.Invariant($"mean delay {s.MeanDelaySeconds:0.0} s"),
        $"false alarms {s.FalseAlarms}",
        FormattableString.Invariant($"flagged {100 * s.FlaggedShare:0.00} % of {s.Readings} readings"));
}

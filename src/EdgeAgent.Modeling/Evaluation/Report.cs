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
    public double Flagged => Verdicts.Count(v => v) / (double)Verdicts.Length;

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

    // 20 minutes at one reading a second.
    private const int RenewalReadings = 1200;

    /// <summary>What is flagged of a recording without labels: calibrated once at its start, and with renewal.</summary>
    public static Report NormalRun(BundleManifest manifest, ModelProto model, Recording run)
    {
        using var replay = new DeviceReplay(manifest, model);
        var report = new Report(run.Name, "", null, replay.Judge(run));
        var renewed = report with { Verdicts = replay.JudgeRenewing(run, 0, RenewalReadings) };
        // The last third was never trained on; there a device starts afresh.
        var unseen = report with { Verdicts = replay.JudgeRenewing(run, run.Rows * 2 / 3, RenewalReadings) };
        return report with
        {
            Summary = FormattableString.Invariant($"{run.Name}: {100 * report.Flagged:0.0} % of {report.Verdicts.Length} readings flagged when calibrated once, ")
                + FormattableString.Invariant($"{100 * renewed.Flagged:0.0} % when renewed every {RenewalReadings} readings unless something was flagged, {100 * unseen.Flagged:0.0} % so in its last third alone"),
        };
    }

    /// <summary>Share of readings that two models judge alike.</summary>
    public static double Agreement(Report a, Report b) => a.Verdicts.Zip(b.Verdicts).Count(p => p.First == p.Second) / (double)a.Verdicts.Length;

    private static string Describe(ProtocolScore s) => FormattableString.Invariant(
        $"F1 {s.F1:0.0000}  FAR {100 * s.FalseAlarmRate:0.00} %  MAR {100 * s.MissedAlarmRate:0.00} %  events {s.Found}/{s.Events}  mean delay {s.MeanDelaySeconds:0.0} s  false alarms {s.FalseAlarms}  flagged {100 * s.FlaggedShare:0.00} % of {s.Readings} readings");
}

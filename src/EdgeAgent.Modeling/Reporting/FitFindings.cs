using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>All that a fit has to tell about itself.</summary>
/// <param name="Draft">Model and manifest.</param>
/// <param name="Read">What was read, and what was unusual about it.</param>
/// <param name="Parts">What was learned from.</param>
/// <param name="Notes">What was decided on the way.</param>
/// <param name="Reports">Figures, further seeds among them.</param>
/// <param name="Replayed">What the bundle makes of the recordings.</param>
/// <param name="NotReplayed">Recordings for which there was no time.</param>
/// <param name="Steps">What it sees of plain steps.</param>
internal sealed record FitFindings(
    BundleDraft Draft, RecordingSet Read, NormalParts Parts, IReadOnlyList<string> Notes, IReadOnlyList<Report> Reports,
    IReadOnlyList<Replayed> Replayed, int NotReplayed, StepTrial? Steps)
{
    /// <summary>The recipes that were tried, the one taken among them; empty where nothing could be tried.</summary>
    public IReadOnlyList<CandidateFit> Tried { get; init; } = [];

    private const int ReadingLimit = 200_000;

    public BundleManifest Manifest => Draft.Manifest;

    public static FitFindings Of(BundleDraft draft, RecordingSet read, NormalParts parts,
        IReadOnlyList<Recording> judged, IReadOnlyList<string> notes, IReadOnlyList<Report> reports)
    {
        var replayed = new List<Replayed>();
        var readings = 0;
        foreach (var recording in judged)
        {
            readings += recording.Rows;
            if (readings > ReadingLimit && replayed.Count > 0) break;
            replayed.Add(Reporting.Replayed.Run(
                draft.Manifest, draft.Model.Quantized, draft.Model.Float, recording, Learned(draft, parts, recording)));
        }
        return new FitFindings(draft, read, parts, notes, reports, replayed,
            judged.Count - replayed.Count, StepTrial.Run(draft.Manifest, draft.Model.Quantized, replayed));
    }

    public IEnumerable<Replayed> Labelled => Replayed.Where(r => r.Recording.Labels is not null);

    /// <summary>Share of flagged readings that are neither labelled nor learned.</summary>
    public double UnseenFlagged
    {
        get
        {
            var (all, flagged) = (0, 0);
            foreach (var r in Replayed)
                for (var i = 0; i < r.Judged; i++)
                    if (!r.IsLabelled(i) && !r.IsLearned(i))
                    {
                        all++;
                        flagged += r.IsOpen[i] ? 1 : 0;
                    }
            (UnseenReadings, var share) = (all, all == 0 ? 0 : flagged / (double)all);
            return share;
        }
    }

    public int UnseenReadings { get; private set; }

    public int LearnedReadings =>
        Parts.Runs.Sum(r => NormalSource.Share(r, Parts.Options)) + Draft.Normals.Others.Count * Parts.Options.CalibrationReadings;

    public double AlarmsPerDay => Replayed.Sum(r => r.FalseAlarms) / Math.Max(1e-9, Replayed.Sum(r => r.Days));

    public double Agreement =>
        Replayed.Sum(r => r.IsOpen.Zip(r.FloatIsOpen).Count(p => p.First == p.Second)) / (double)Math.Max(1, Replayed.Sum(r => r.Judged));

    /// <summary>Messages a reading.</summary>
    public double Forwarded => Replayed.Sum(r => r.Messages) / Math.Max(1, Replayed.Sum(r => r.Judged));

    private static int Learned(BundleDraft draft, NormalParts parts, Recording recording) =>
        parts.Chosen.TryGetValue(recording.Name, out var rows) ? rows
        : parts.Runs.Any(r => r.Name == recording.Name) ? NormalSource.Share(recording, parts.Options)
        : draft.Normals.Others.Any(o => o.Name == recording.Name) ? parts.Options.CalibrationReadings : 0;
}

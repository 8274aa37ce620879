using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Reporting;

namespace EdgeAgent.Modeling.Recipes.Contrast;

/// <summary>The way from a folder of recordings to a bundle: read, choose normals, fit, measure, write.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
/// <param name="rivals">What is tried beside the contrast where nobody has said which recordings are normal.</param>
internal sealed class ContrastFitting(FitRequest request, ContrastOptions options, IReadOnlyList<ICandidate> rivals)
{
    // Drift of each channel by itself would hide what parts it from the others.
    private const double CoupledDrift = 0.05;

    private readonly ContrastCandidate _contrast = new(options);

    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        var set = RecordingFolder.ReadAll(request.Data, request.Channels);
        foreach (var note in set.Notes)
            progress(note.ToString());
        var notes = new List<string>();
        var (recordings, counters) = request.Normal.Length == 0 ? CounterColumns.TakeRates(set.Recordings, notes) : (set.Recordings, []);
        var parts = NormalParts.Of(request, options.Normals, recordings, notes);
        request.RequireUnits(parts.Recordings[0]);
        foreach (var note in notes)
            progress(note);
        progress($"{parts.Recordings.Count} recordings, {parts.Recordings[0].Channels.Length} channels; learning from {parts.Runs.Count} "
            + $"normal runs and {parts.Others.Count} calibration parts");
        var normals = NormalSource.Collect(parts.Runs, parts.Others, parts.Options, parts.Rests);
        progress(parts.Options.InOwnSpread
            ? "drift while all is well, in spreads of the calibration: " + string.Join(", ", parts.Recordings[0].Channels.Zip(
                normals.Wanders, (c, w) => FormattableString.Invariant($"{c} {w:0.0}")))
            : "drift while all is well, as a share of the level: " + string.Join(", ", parts.Recordings[0].Channels.Zip(
                normals.Drifts, (c, d) => FormattableString.Invariant($"{c} {100 * d:0.0} %"))));
        var fitted = parts.IsAutomatic ? Coupled(normals, parts, progress) : parts.Options;
        if (fitted.IsCoupled) normals = NormalSource.Collect(parts.Runs, parts.Others, fitted, parts.Rests);
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");

        var fit = parts.IsAutomatic
            ? CandidateFit.Best([.. rivals.Where(r => r.ComesFirst), _contrast, .. rivals.Where(r => !r.ComesFirst)], normals, fitted,
                request.Seed, progress)
            : CandidateFit.Of(_contrast, normals, parts.Options, request.Seed, progress);
        var draft = new BundleDraft(request, fit.Options, normals, fit.Model, fit.Candidate)
        {
            IsAutomatic = parts.IsAutomatic, Counters = counters,
        };
        var judged = parts.Recordings.Where(r => r.Rows > FaultPower.Needed(draft.Manifest)).ToArray();
        var reports = Measure(draft.Manifest, fit.Model, judged, parts);
        reports.AddRange(Spread(normals, judged, parts.Options, progress));
        BundleWriter.Write(draft, reports);
        BundleWriter.WriteCard(request.Out, ModelCard.Write(draft, reports, [.. parts.Runs.Select(r => r.Name)]));
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
        FitReport.Write(request, draft, set, parts, judged, [.. notes], reports, fit.Tried, progress);
    }

    /// <summary>Where channels follow others, training must not take windows in which they do not for normal.</summary>
    private NormalOptions Coupled(NormalSource normals, NormalParts parts, Action<string> progress)
    {
        var couplings = Couplings.Of(normals, parts.Options, request.Seed);
        var coupled = couplings.Zip(parts.Recordings[0].Channels).Where(p => p.First >= Couplings.Strong).ToArray();
        if (coupled.Length == 0) return parts.Options;
        progress("channels that follow the others, so that what parts them is a fault: " + string.Join(", ", coupled.Select(
            p => FormattableString.Invariant($"{p.Second} ({100 * p.First:0} % of how it varies)"))));
        return parts.Options with { IsCoupled = true, MixesChannels = false, DriftAdded = CoupledDrift, Outlier = 0 };
    }

    private static List<Report> Measure(
        BundleManifest manifest, FittedModel model, IReadOnlyList<Recording> recordings, NormalParts parts) =>
    [
        .. Report.Labelled("INT8", manifest, model.Quantized, recordings),
        .. Report.Labelled("FP32", manifest, model.Float, recordings),
        .. recordings.Where(r => parts.Runs.Any(run => run.Name == r.Name))
            .Select(r => Report.NormalRun(manifest, model.Quantized, r,
                parts.Chosen.TryGetValue(r.Name, out var seen) ? seen : NormalSource.Share(r, parts.Options))),
    ];

    private IEnumerable<Report> Spread(
        NormalSource normals, IReadOnlyList<Recording> recordings, NormalOptions scaled, Action<string> progress)
    {
        for (var seed = request.Seed + 1; seed <= request.Seed + (ulong)request.Spread; seed++)
        {
            progress($"seed {seed}, for comparison");
            var model = _contrast.Fit(normals, scaled, seed, _ => { });
            var draft = new BundleDraft(request, scaled, normals, model, _contrast);
            foreach (var report in Report.Labelled($"seed {seed}", draft.Manifest, model.Quantized, recordings))
                yield return report;
        }
    }
}

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
    private readonly ContrastCandidate _contrast = new(options);

    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        var set = RecordingFolder.ReadAll(request.Data, request.Channels);
        foreach (var note in set.Notes)
            progress(note.ToString());
        var notes = new List<string>();
        var parts = NormalParts.Of(request, options.Normals, set.Recordings, notes);
        request.RequireUnits(parts.Recordings[0]);
        foreach (var note in notes)
            progress(note);
        progress($"{parts.Recordings.Count} recordings, {parts.Recordings[0].Channels.Length} channels; learning from {parts.Runs.Count} "
            + $"normal runs and {parts.Others.Count} calibration parts");
        if (parts.Recordings[0].Channels.Length == 1)
            progress("one channel only: --recipe single-channel makes a bundle for any one sensor, without recordings; compare the two");
        var normals = NormalSource.Collect(parts.Runs, parts.Others, parts.Options, parts.Rests);
        progress("drift while all is well, as a share of the level: " + string.Join(
            ", ", parts.Recordings[0].Channels.Zip(normals.Drifts, (c, d) => FormattableString.Invariant($"{c} {100 * d:0.0} %"))));
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");

        var fit = parts.IsAutomatic ? CandidateFit.Best([_contrast, .. rivals], normals, parts.Options, request.Seed, progress)
            : CandidateFit.Of(_contrast, normals, parts.Options, request.Seed, progress);
        var draft = new BundleDraft(request, fit.Options, normals, fit.Model, fit.Candidate) { IsAutomatic = parts.IsAutomatic };
        var judged = parts.Recordings.Where(r => r.Rows > parts.Options.CalibrationReadings).ToArray();
        var reports = Measure(draft.Manifest, fit.Model, judged, parts);
        reports.AddRange(Spread(normals, judged, parts.Options, progress));
        BundleWriter.Write(draft, reports);
        BundleWriter.WriteCard(request.Out, ModelCard.Write(draft, reports, [.. parts.Runs.Select(r => r.Name)]));
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
        FitReport.Write(request, draft, set, parts, judged, [.. notes], reports, progress);
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

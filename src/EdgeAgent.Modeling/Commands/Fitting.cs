using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Modeling.Reporting;

namespace EdgeAgent.Modeling.Commands;

/// <summary>The way from a folder of recordings to a bundle: read, choose normals, fit, measure, write.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class Fitting(FitRequest request, RecipeOptions options)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        var set = RecordingFolder.ReadAll(request.Data, request.Channels);
        foreach (var note in set.Notes)
            progress(note.ToString());
        var notes = new List<string>();
        var parts = NormalParts.Of(request, options, set.Recordings, notes);
        CheckUnits(parts.Recordings[0]);
        foreach (var note in notes)
            progress(note);
        progress($"{parts.Recordings.Count} recordings, {parts.Recordings[0].Channels.Length} channels; learning from {parts.Runs.Count} normal runs and {parts.Others.Count} calibration parts");
        if (parts.Recordings[0].Channels.Length == 1)
            progress("one channel only: --recipe single-channel makes a bundle for any one sensor, without recordings; compare the two");
        var normals = NormalSource.Collect(parts.Runs, parts.Others, parts.Options, parts.Rests);
        progress("drift while all is well, as a share of the level: " + string.Join(", ", parts.Recordings[0].Channels.Zip(normals.Drifts, (c, d) => FormattableString.Invariant($"{c} {100 * d:0.0} %"))));
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");

        var fit = parts.IsAutomatic ? CandidateFit.Best(normals, parts.Options, request.Seed, progress)
            : new CandidateFit(CandidateFit.Contrast, ContrastRecipe.Fit(normals, parts.Options, request.Seed, progress), parts.Options, null);
        var model = fit.Model;
        var draft = new BundleDraft(request, fit.Options, normals, model, fit.Recipe) { IsAutomatic = parts.IsAutomatic };
        var judged = parts.Recordings.Where(r => r.Rows > parts.Options.CalibrationReadings).ToArray();
        var reports = Measure(draft.Manifest, model, judged, parts);
        reports.AddRange(Spread(normals, judged, parts.Options, progress));
        BundleWriter.Write(request.Out, draft, reports, parts.Runs.Select(r => r.Name).ToArray());
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
        FitReport.Write(request, draft, set, parts, judged, [.. notes], reports, progress);
    }

    internal (List<Recording> Runs, List<Recording> Others) Choose(IReadOnlyList<Recording> recordings)
    {
        foreach (var glob in request.Normal.Concat(request.Train))
            if (!recordings.Any(r => RecordingFolder.Matches(r.Name, [glob])))
                throw new ModelingException($"\"{glob}\" fits no recording below {request.Data}; the first is {recordings[0].Name}");
        var runs = recordings.Where(r => RecordingFolder.Matches(r.Name, request.Normal)).ToList();
        return (runs, [.. recordings.Where(r => !runs.Contains(r) && RecordingFolder.Matches(r.Name, request.Train))]);
    }

    internal void CheckUnits(Recording first)
    {
        if (request.Units.Keys.FirstOrDefault(name => !first.Channels.Contains(name)) is { } unknown)
            throw new ModelingException($"--unit names \"{unknown}\", which is no channel; there are {string.Join(", ", first.Channels)}");
    }

    private static List<Report> Measure(BundleManifest manifest, FittedModel model, IReadOnlyList<Recording> recordings, NormalParts parts) =>
    [
        .. Report.Labelled("INT8", manifest, model.Quantized, recordings),
        .. Report.Labelled("FP32", manifest, model.Float, recordings),
        .. recordings.Where(r => parts.Runs.Any(run => run.Name == r.Name))
            .Select(r => Report.NormalRun(manifest, model.Quantized, r, parts.Chosen.TryGetValue(r.Name, out var seen) ? seen : NormalSource.Share(r, parts.Options))),
    ];

    private IEnumerable<Report> Spread(NormalSource normals, IReadOnlyList<Recording> recordings, RecipeOptions scaled, Action<string> progress)
    {
        for (var seed = request.Seed + 1; seed <= request.Seed + (ulong)request.Spread; seed++)
        {
            progress($"seed {seed}, for comparison");
            var model = ContrastRecipe.Fit(normals, scaled, seed, _ => { });
            var draft = new BundleDraft(request, scaled, normals, model);
            foreach (var report in Report.Labelled($"seed {seed}", draft.Manifest, model.Quantized, recordings))
                yield return report;
        }
    }
}

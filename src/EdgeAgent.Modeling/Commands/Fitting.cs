using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recordings;

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
        var recordings = RecordingFolder.Read(request.Data, request.Channels);
        var (runs, others) = Choose(recordings);
        CheckUnits(recordings[0]);
        progress($"{recordings.Count} recordings, {recordings[0].Channels.Length} channels; learning from {runs.Count} normal runs and {others.Count} calibration parts");
        var normals = NormalSource.Collect(runs, others, options);
        progress("drift while all is well, as a share of the level: " + string.Join(", ", recordings[0].Channels.Zip(normals.Drifts, (c, d) => FormattableString.Invariant($"{c} {100 * d:0.0} %"))));
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");

        var model = ContrastRecipe.Fit(normals, options, request.Seed, progress);
        var draft = new BundleDraft(request, options, normals, model);
        var reports = Measure(draft.Manifest, model, recordings, runs);
        reports.AddRange(Spread(normals, recordings, progress));
        BundleWriter.Write(request.Out, draft, reports, runs.Select(r => r.Name).ToArray());
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
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

    private List<Report> Measure(BundleManifest manifest, FittedModel model, IReadOnlyList<Recording> recordings, List<Recording> runs) =>
    [
        .. Report.Labelled("INT8", manifest, model.Quantized, recordings),
        .. Report.Labelled("FP32", manifest, model.Float, recordings),
        .. runs.Select(run => Report.NormalRun(manifest, model.Quantized, run, NormalSource.Share(run, options))),
    ];

    private IEnumerable<Report> Spread(NormalSource normals, IReadOnlyList<Recording> recordings, Action<string> progress)
    {
        for (var seed = request.Seed + 1; seed <= request.Seed + (ulong)request.Spread; seed++)
        {
            progress($"seed {seed}, for comparison");
            var model = ContrastRecipe.Fit(normals, options, seed, _ => { });
            var draft = new BundleDraft(request, options, normals, model);
            foreach (var report in Report.Labelled($"seed {seed}", draft.Manifest, model.Quantized, recordings))
                yield return report;
        }
    }
}

using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>The way from a folder of recordings to the bundle of a distance.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class DistanceFitting(FitRequest request, DistanceOptions options)
{
    /// <summary>The recipe's name.</summary>
    public const string Recipe = "distance";

    private const string Description = "How far the means of the last readings lie from where normal operation, drift included, puts them; learned without labels (distance recipe, INT8)";

    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        if (request.Spread > 0)
            throw new ModelingException("--spread is for the contrast recipe only; nothing of a distance is trained, and seeds hardly differ");
        var recordings = RecordingFolder.Read(request.Data, request.Channels);
        var choice = new Fitting(request, options.Normals);
        var (runs, others) = choice.Choose(recordings);
        choice.CheckUnits(recordings[0]);
        progress($"{recordings.Count} recordings, {recordings[0].Channels.Length} channels; learning from {runs.Count} normal runs and {others.Count} calibration parts");
        var normals = NormalSource.Collect(runs, others, options.Normals);
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");

        var model = DistanceRecipe.Fit(normals, options, request.Seed, progress);
        var draft = new BundleDraft(request, options.Normals, normals, model, Recipe, Description);
        List<Report> reports =
        [
            .. Report.Labelled("INT8", draft.Manifest, model.Quantized, recordings),
            .. Report.Labelled("FP32", draft.Manifest, model.Float, recordings),
            .. runs.Select(run => Report.NormalRun(draft.Manifest, model.Quantized, run, NormalSource.Share(run, options.Normals))),
        ];
        DistanceBundle.Write(draft, options, reports);
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
    }
}

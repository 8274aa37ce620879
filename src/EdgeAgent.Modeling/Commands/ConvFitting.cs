using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Commands;

/// <summary>The way from a folder of recordings to the bundle of a convolutional autoencoder.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class ConvFitting(FitRequest request, ConvOptions options)
{
    /// <summary>The recipe's name.</summary>
    public const string Recipe = "conv-autoencoder";

    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        if (request.Spread > 0)
            throw new ModelingException("--spread is for the contrast recipe only; fit again with another --seed");
        var recordings = RecordingFolder.Read(request.Data, request.Channels);
        var choice = new Fitting(request, options.Normals);
        var (runs, others) = choice.Choose(recordings);
        choice.CheckUnits(recordings[0]);
        progress($"{recordings.Count} recordings, {recordings[0].Channels.Length} channels; learning from {runs.Count} normal runs and {others.Count} calibration parts");
        var normals = NormalSource.Collect(runs, others, options.Normals);
        foreach (var name in normals.LeftOut)
            progress($"left out, its calibration part moves unlike the others: {name}");
        var model = ConvRecipe.Fit(normals, options, request.Seed, progress);

        var manifest = ConvBundle.Manifest(request, options, normals, model);
        ThresholdSearch.SetQuantile(manifest, model.Quantized, normals, options.Normals, options.ThresholdQuantile);
        List<Report> reports =
        [
            .. Report.Labelled("INT8", manifest, model.Quantized, recordings),
            .. Report.Labelled("FP32", manifest, model.Float, recordings),
            .. runs.Select(run => Report.NormalRun(manifest, model.Quantized, run, NormalSource.Share(run, options.Normals))),
        ];
        manifest = manifest with { Figures = BundleWriter.Figures(reports) };
        ConvBundle.Write(request.Out, manifest, model, ConvBundle.How(request, options, manifest.Channels.Count, model, reports));
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
    }
}

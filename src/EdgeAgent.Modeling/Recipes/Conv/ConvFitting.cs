using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The way from a folder of recordings to the bundle of a convolutional autoencoder.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class ConvFitting(FitRequest request, ConvOptions options)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        if (request.Spread > 0)
            throw new ModelingException("--spread is for the contrast recipe only; fit again with another --seed");
        var named = NamedNormals.Read(request, options.Normals, progress);
        var model = ConvTraining.Fit(named.Normals, options, request.Seed, progress);

        var manifest = ConvManifest.Of(request, options, named.Normals, model);
        var reports = named.Measure(manifest, model.Quantized, model.Float);
        manifest = manifest with { Figures = BundleWriter.Figures(reports) };
        BundleWriter.Write(request.Out, manifest, model.Quantized, model.Float, ConvGolden.Make(manifest, model));
        ManifestCard.Write(request.Out, ConvCard.Write(request, options, manifest.Channels.Count, model, reports));
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
    }
}

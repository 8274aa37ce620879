using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>The way from a folder of recordings to the bundle of a distance.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class DistanceFitting(FitRequest request, DistanceOptions options)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <exception cref="ModelingException">The recordings cannot be used.</exception>
    public void Run(Action<string> progress)
    {
        if (request.Spread > 0)
            throw new ModelingException(
                "--spread is for the contrast recipe only; nothing of a distance is trained, and seeds hardly differ");
        var named = NamedNormals.Read(request, options.Normals, progress);
        var model = DistanceTraining.Fit(named.Normals, options, request.Seed, progress);
        var draft = new BundleDraft(request, options.Normals, named.Normals, model, new DistanceCandidate(options));
        var reports = named.Measure(draft.Manifest, model.Quantized, model.Float);
        BundleWriter.Write(draft, reports);
        ManifestCard.Write(request.Out, DistanceCard.Write(draft, options, reports));
        progress($"written: {request.Out}");
        foreach (var line in reports.Select(r => r.Summary))
            progress(line);
    }
}

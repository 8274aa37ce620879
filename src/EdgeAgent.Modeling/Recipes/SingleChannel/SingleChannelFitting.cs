using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The way to a single-channel bundle: invent, fit, try, write.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class SingleChannelFitting(FitRequest request, SingleChannelOptions options)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public void Run(Action<string> progress)
    {
        var model = SingleChannelTraining.Fit(options, request.Seed, progress);
        var trial = SingleChannelReport.Measure(options, model, request.Seed);
        var manifest = SingleChannelManifest.Of(request, options, model);
        BundleWriter.Write(request.Out, manifest, model.Quantized, model.Float, SingleChannelGolden.Make(manifest, model));
        BundleWriter.WriteCard(request.Out, SingleChannelCard.Write(request, options, manifest, model, trial));
        progress($"written: {request.Out}");
        foreach (var (shape, share) in trial.Found)
            progress(FormattableString.Invariant(
                $"{shape.ToString().ToLowerInvariant()}: {100 * share:0.0} % found, {100 * trial.FoundByMean[shape]:0.0} % by the mean of 8 readings"));
    }
}

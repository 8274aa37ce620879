using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.ManyChannels;

/// <summary>The way from nothing at all to the many-channels bundle.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="options">The recipe's constants.</param>
internal sealed class ManyChannelsFitting(FitRequest request, ManyChannelsOptions options)
{
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public ManyChannelsReport Run(Action<string> progress)
    {
        var model = ManyChannelsExport.Graph(options.Features().Count);
        var manifest = ManyChannelsManifest.Of(request, options, model);
        progress(FormattableString.Invariant($"judging {6 * options.TrialMachines} invented machines of {options.TrialReadings} readings"));
        var report = ManyChannelsReport.Measure(manifest, model, options, request.Seed);
        manifest = manifest with { Figures = Figures(report) };
        BundleWriter.Write(request.Out, manifest, model, ManyChannelsGolden.Make(manifest, model));
        BundleWriter.WriteCard(request.Out, ManyChannelsCard.Write(request, options, manifest, report));
        progress($"written: {request.Out}");
        foreach (var (shape, share) in report.Found)
            progress(FormattableString.Invariant($"{shape.ToString().ToLowerInvariant()}: {100 * share:0.0} % found"));
        return report;
    }

    private static Dictionary<string, double> Figures(ManyChannelsReport report)
    {
        var figures = new Dictionary<string, double>
        {
            ["invented.flagged"] = Math.Round(report.Flagged, 4),
            ["invented.falseEventsIn10000Readings"] = Math.Round(1e4 * report.FalseEvents / report.Readings, 3),
        };
        foreach (var (shape, share) in report.Found)
            figures[$"invented.found.{shape}"] = Math.Round(share, 3);
        return figures;
    }
}

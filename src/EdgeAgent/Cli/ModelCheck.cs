using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Cli;

/// <summary>
/// Whether the models of a configuration can be used: they load, their golden windows hold, they run in time, their channels are there.
/// </summary>
internal static class ModelCheck
{
    /// <summary>Begins the line of a model that may be used and is not proven.</summary>
    public const string Doubt = "‼ ";

    /// <summary>What is said of a model that nothing proves.</summary>
    public const string NoGolden = "no golden windows";

    /// <summary>What is wrong, a line each.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="trials">Tries the models.</param>
    /// <param name="tell">Hears of each model that is fine in itself.</param>
    /// <param name="isKnownGood">Whether a folder holds a model that runs already, and needs no check; null: none does.</param>
    public static IReadOnlyList<string> Troubles(
        AgentOptions options, IBundleTrials trials, Action<string>? tell = null, Func<string, bool>? isKnownGood = null) =>
        Troubles(options, trials.Run([.. options.Detectors.Select(d => d.Model).Where(m => isKnownGood?.Invoke(m) != true)]), tell);

    /// <summary>The same of models that have been tried already.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="verdicts">What came of it; a model that is not there needs no check.</param>
    /// <param name="tell">Hears of each model that is fine in itself.</param>
    public static IReadOnlyList<string> Troubles(
        AgentOptions options, IReadOnlyDictionary<string, TrialVerdict> verdicts, Action<string>? tell = null)
    {
        var troubles = new List<string>();
        foreach (var detectors in options.Detectors.GroupBy(d => d.Model))
            if (verdicts.TryGetValue(detectors.Key, out var verdict)) Check(verdict, detectors, options, troubles, tell);
        return troubles;
    }

    /// <summary>Tries all models of a configuration.</summary>
    public static IReadOnlyDictionary<string, TrialVerdict> Try(AgentOptions options, IBundleTrials trials) =>
        trials.Run([.. options.Detectors.Select(d => d.Model)]);

    private static void Check(
        TrialVerdict verdict, IEnumerable<DetectorOptions> detectors, AgentOptions options, List<string> troubles, Action<string>? tell)
    {
        try
        {
            if (verdict.Problem is { } problem) throw new BundleException(problem);
            var bundle = ModelBundle.Load(verdict.Folder);
            tell?.Invoke(Praise(bundle, verdict));
            foreach (var note in ManifestNotes.Of(bundle.Manifest)) tell?.Invoke($"{Doubt}{bundle.Folder}: {note}");
            foreach (var detector in detectors)
                troubles.AddRange(new[] { Channels(detector, options, bundle), Time(detector, verdict) }.OfType<string>());
        }
        catch (BundleException e)
        {
            troubles.Add(e.Message);
        }
    }

    private static string Praise(ModelBundle bundle, TrialVerdict verdict)
    {
        var manifest = bundle.Manifest;
        var channels = bundle.TakesManyChannels ? "any channels" : bundle.TakesAnyChannel ? "any channel" : $"{manifest.Channels.Count} channels";
        var alone = verdict.RunsAlone ? "run one by one, " : "";
        var model = $"{bundle.Folder}: {manifest.Name} {manifest.Version}, {channels}, window {manifest.Window.Length}, {alone}";
        return verdict.Golden > 0 ? $"√ {model}{verdict.Golden} golden windows hold"
            : $"{Doubt}{model}{NoGolden}: nothing proves that this machine computes what the model was fitted to; "
                + "edgeagent-model golden writes some";
    }

    private static string? Channels(DetectorOptions detector, AgentOptions options, ModelBundle bundle) =>
        ChannelChoice.Problem(detector, options.Sources.Find(s => s.Name == detector.Source), bundle);

    private static string? Time(DetectorOptions detector, TrialVerdict verdict) =>
        verdict.RunMs <= detector.RunLimit.TotalMilliseconds ? null : string.Create(CultureInfo.InvariantCulture,
            $"{verdict.Folder}: a run of a full batch takes {verdict.RunMs:0} ms here, and run_limit of detector {detector.Name} is "
            + $"{detector.RunLimit.TotalMilliseconds:0} ms: raise it, or use a smaller model");
}

using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a table <c>[detectors.NAME]</c>.</summary>
internal static class DetectorReader
{
    private const int CountLimit = 1_000_000;
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(365);
    /// <summary>A lane that stands still for longer counts as stuck.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    public static DetectorOptions Read(
        TomlScope detector, IReadOnlyCollection<SourceOptions> sources, IReadOnlyCollection<GateOptions> gates)
    {
        var defaults = new DetectorOptions();
        return new DetectorOptions
        {
            Name = detector.Name,
            Source = References.Needed(detector, "source", sources.Select(source => source.Name), "[sources.NAME]"),
            Model = Model(detector),
            Channel = Channel(detector, sources),
            Channels = Channels(detector, sources),
            Forward = detector.Choice("forward", defaults.Forward,
                ("anomalies", ForwardMode.Anomalies), ("every-window", ForwardMode.EveryWindow)),
            Severity = ReadSeverity(detector, defaults.Severity),
            UpdateEvery = detector.Duration("update_every", defaults.UpdateEvery, TimeSpan.FromMilliseconds(1), LongestSpan),
            UpdateLimit = detector.Duration("update_limit", defaults.UpdateLimit, TimeSpan.FromMilliseconds(1), LongestSpan),
            MinDuration = detector.Duration("min_duration", defaults.MinDuration, TimeSpan.Zero, LongestSpan),
            GapLimit = detector.Has("gap_limit") ? detector.Duration("gap_limit", TimeSpan.Zero, TimeSpan.Zero, LongestSpan) : null,
            Provisional = detector.Boolean("provisional", defaults.Provisional),
            RunLimit = detector.Duration("run_limit", defaults.RunLimit, TimeSpan.FromMilliseconds(10), LongestRun),
            OnAfter = detector.Integer("on_after", 1, CountLimit),
            OffAfter = detector.Integer("off_after", 1, CountLimit),
            Clear = detector.Number("clear", clear => clear is > 0 and <= 1, "a number above 0, and 1 at most"),
            Smooth = detector.Integer("smooth", 1, CountLimit),
            Critical = detector.Number("critical", critical => critical >= 1, "a score of 1 or more; 1 is the threshold"),
            Gate = LineReader.Gate(detector, gates),
        };
    }

    /// <summary>Shared with rules, which have a severity of their own.</summary>
    public static Severity ReadSeverity(TomlScope table, Severity fallback)
        => table.Choice("severity", fallback,
            ("info", Severity.Info), ("warning", Severity.Warning), ("critical", Severity.Critical));

    /// <summary>Where the source lists its channels, one of them; where it takes what comes, any name.</summary>
    private static string? Channel(TomlScope detector, IReadOnlyCollection<SourceOptions> sources)
    {
        var source = detector.Find("source") is TextNode name ? sources.FirstOrDefault(s => s.Name == name.Value) : null;
        return source is { Channels.Count: > 0 }
            ? References.Optional(detector, "channel", source.Channels.Select(c => c.Name), $"the channels of [sources.{source.Name}]")
            : detector.Text("channel");
    }

    /// <summary>The same of several.</summary>
    private static List<string> Channels(TomlScope detector, IReadOnlyCollection<SourceOptions> sources)
    {
        if (!detector.Has("channels")) return [];
        var source = detector.Find("source") is TextNode name ? sources.FirstOrDefault(s => s.Name == name.Value) : null;
        string[] known = [.. (source?.Channels ?? []).Select(c => c.Name)];
        return [.. detector.NeededTexts("channels", "pressure",
            channel => known.Length == 0 || known.Contains(channel) ? null
                : References.Expected(channel, known, $"the channels of [sources.{source!.Name}]"))];
    }

    /// <summary>
    /// A bundle's folder; a name alone is one that comes with the program, unless such a folder lies beside the configuration. It need
    /// not be there: the agent starts without a model, says so, and takes it when it comes.
    /// </summary>
    private static string Model(TomlScope detector)
    {
        if (!detector.Has("model"))
            detector.Missing("model", "name a bundle's folder, or one that comes with the program, as in model = \"pump-health\"");
        if (detector.Text("model") is not { } written) return "";
        var folder = detector.Path("model")!;
        var shipped = Path.Combine(AppContext.BaseDirectory, "models", written);
        var isShipped = !written.Contains('/', StringComparison.Ordinal) && !Directory.Exists(folder) && Directory.Exists(shipped);
        return isShipped ? shipped : folder;
    }
}

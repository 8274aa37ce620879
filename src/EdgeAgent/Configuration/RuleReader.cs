using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>Reads one of <c>[[rules]]</c>.</summary>
internal static class RuleReader
{
    public static RuleOptions Read(
        TomlScope rule, IReadOnlyCollection<DetectorOptions> detectors, IReadOnlyCollection<GateOptions> gates, string? chip)
    {
        var when = rule.NeededText("when", "score > 2 && temperature > 90");
        if (when.Length > 0)
            Check(rule, (TextNode)rule.Find("when")!);
        return new RuleOptions
        {
            When = when,
            Name = rule.Text("name") ?? when,
            Detector = References.Optional(rule, "detector", detectors.Select(detector => detector.Name), "[detectors.NAME]"),
            Severity = DetectorReader.ReadSeverity(rule, new RuleOptions().Severity),
            Gpio = rule.Has("gpio") ? LineReader.Output(rule.Table("gpio"), chip) : null,
            Gate = LineReader.Gate(rule, gates),
        };
    }

    private static void Check(TomlScope rule, TextNode when)
    {
        if (!Rule.TryParse(when.Value, null, out var parsed, out var error))
            Report(rule, when, error);
        else if (parsed.Variables.Any(variable => variable is { Name: "score", Kind: RuleKind.Text }))
            rule.Report("when", when, "compares `score` with a text", "`score` is a number; 1.0 is the detector's threshold");
        else if (parsed.Variables.FirstOrDefault(variable => variable.Kind == RuleKind.Text) is { Name: { } name })
            rule.Report("when", when, $"compares `{name}` with a text", "channels are numbers; texts are not read from payloads");
    }

    /// <summary>Points at the place inside the text where the file shows the text as it is.</summary>
    private static void Report(TomlScope rule, TextNode text, RuleError error)
    {
        // The file's columns count characters, a rule's count UTF-16 units.
        var column = error.Column - text.Value.Take(error.Column - 1).Count(char.IsLowSurrogate);
        var at = text.Verbatim
            ? new TextNode(text.Value, text.Position with { Column = text.Position.Column + column })
            : text;
        rule.Report("when", at, $"is no rule: {error.Message}", error.CaretLines);
    }
}

using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>Reads one of <c>[[rules]]</c>.</summary>
internal static class RuleReader
{
    public static RuleOptions Read(TomlScope rule, IReadOnlyCollection<DetectorOptions> detectors)
    {
        var when = rule.NeededText("when", "score > 2 && temperature > 90");
        if (when.Length > 0 && !Rule.TryParse(when, null, out _, out var error))
            Report(rule, (TextNode)rule.Find("when")!, error);
        return new RuleOptions
        {
            When = when,
            Name = rule.Text("name") ?? when,
            Detector = References.Optional(rule, "detector", detectors.Select(detector => detector.Name), "[detectors.NAME]"),
            Severity = DetectorReader.ReadSeverity(rule, new RuleOptions().Severity),
        };
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

using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>Reads one of <c>[[rules]]</c>.</summary>
internal static class RuleReader
{
    public static RuleOptions Read(TomlScope rule, IReadOnlyCollection<DetectorOptions> detectors)
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
            Gpio = rule.Has("gpio") ? ReadGpio(rule.Table("gpio")) : null,
        };
    }

    /// <summary>Two rules cannot want opposite levels of one line.</summary>
    public static void CheckLines(TomlScope root, IReadOnlyList<RuleOptions> rules)
    {
        var lines = rules.Select(rule => rule.Gpio).OfType<GpioOptions>().GroupBy(gpio => (gpio.Chip, gpio.Line));
        foreach (var line in lines.Where(line => line.Any(gpio => gpio.High) && line.Any(gpio => !gpio.High)))
            root.Report("rules", root.Find("rules")!, $"gives line {line.Key.Line} of chip {line.Key.Chip} both \"high\" and \"low\" as its alarm level", "choose one for all rules of a line");
    }

    private static GpioOptions ReadGpio(TomlScope gpio)
    {
        if (!gpio.Has("line")) gpio.Missing("line", "write, for example, gpio = { line = 17, value = \"high\" }");
        return new GpioOptions
        {
            Chip = gpio.Integer("chip", 0, 0, 255),
            Line = gpio.Integer("line", 0, 0, 1023),
            High = gpio.Choice("value", true, ("high", true), ("low", false)),
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

using System.Globalization;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads what concerns GPIO lines: <c>[gpio]</c>, <c>[gates.NAME]</c>, and the <c>gpio</c> and <c>gate</c> of rules and detectors.
/// </summary>
internal static class LineReader
{
    private const int OffsetLimit = 1023;
    private const int ChipLimit = 255;

    /// <summary>Gives the chip that lines are on unless they say another.</summary>
    public static string? Settings(TomlScope gpio, LineSettings settings)
    {
        settings.Driver = gpio.Choice("driver", settings.Driver, ("auto", LineDriverKind.Auto), ("kernel", LineDriverKind.Kernel),
            ("libgpiod2", LineDriverKind.LibGpiod2), ("libgpiod1", LineDriverKind.LibGpiod1));
        settings.Guard = gpio.Boolean("guard", settings.Guard);
        return Chip(gpio, null);
    }

    public static GpioOptions Output(TomlScope gpio, string? chip)
    {
        var high = Level(gpio, "value", true);
        return new GpioOptions
        {
            Line = Line(gpio, chip, "write, for example, gpio = { line = 17, value = \"high\" }"),
            High = high,
            Stopped = gpio.Has("stopped") ? Level(gpio, "stopped", !high) : null,
        };
    }

    public static GateOptions Gate(TomlScope gate, string? chip)
    {
        var defaults = new GateOptions();
        return new GateOptions
        {
            Name = gate.Name,
            Line = Line(gate, chip, "write, for example, line = 22"),
            High = Level(gate, "open", defaults.High),
            Debounce = gate.Duration("debounce", defaults.Debounce, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Bias = gate.Choice("bias", defaults.Bias, ("as-is", LineBias.AsIs),
                ("pull-up", LineBias.PullUp), ("pull-down", LineBias.PullDown), ("none", LineBias.Disabled)),
            OpenWithoutLine = gate.Choice("without_line", defaults.OpenWithoutLine, ("open", true), ("closed", false)),
        };
    }

    /// <summary>The gate that a rule or a detector waits at.</summary>
    public static string? Gate(TomlScope waiting, IReadOnlyCollection<GateOptions> gates) =>
        References.Optional(waiting, "gate", gates.Select(gate => gate.Name), "[gates.NAME]");

    /// <summary>Rules may share a line, and then must want the same of it; a gate has its own.</summary>
    public static void Check(TomlScope root, AgentOptions options)
    {
        foreach (var line in options.Rules.Select(rule => rule.Gpio).OfType<GpioOptions>().GroupBy(gpio => gpio.Line))
        {
            if (line.DistinctBy(gpio => (gpio.High, gpio.SafeLevel)).Count() > 1)
                root.Report(
                    "rules", root.Find("rules")!, $"gives {line.Key} both \"high\" and \"low\" as its level for an alarm or a stop",
                    "choose one for all rules of a line");
            if (options.Gates.Find(gate => gate.Line == line.Key) is { } gate)
                root.Report(
                    "rules", root.Find("rules")!, $"drives {line.Key}, which the gate {gate.Name} reads", "give each a line of its own");
        }
    }

    private static bool Level(TomlScope table, string key, bool fallback) => table.Choice(key, fallback, ("high", true), ("low", false));

    private static LineChoice Line(TomlScope table, string? usualChip, string example)
    {
        var chip = Chip(table, usualChip);
        switch (table.Find("line"))
        {
            case null:
                table.Missing("line", example);
                return LineChoice.At(0);
            case TextNode { FromEnvironment: false } or TextNode { Value: [< '0' or > '9', ..] }:
                return new LineChoice(chip, table.Text("line"), 0);
            default:
                return new LineChoice(chip ?? LineChoice.FirstChip, null,
                    table.Integer("line", 0, 0, OffsetLimit, "a line's number from 0 to 1023, or its name in quotes"));
        }
    }

    private static string? Chip(TomlScope table, string? usual)
    {
        if (table.Find("chip") is null) return usual;
        if (table.Find("chip") is TextNode { Value: [< '0' or > '9', ..] }) return table.Text("chip") ?? usual;
        var number = table.Integer("chip", 0, ChipLimit, "a chip's number from 0 to 255, or its name or label in quotes");
        return number is null ? usual : string.Create(CultureInfo.InvariantCulture, $"gpiochip{number}");
    }
}

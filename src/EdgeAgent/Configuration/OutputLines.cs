using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Configuration;

/// <summary>What a configuration says of output lines, and nothing else of it.</summary>
/// <param name="Lines">One a line; those that rules tell apart wrongly are not among them.</param>
/// <param name="Errors">What was found wrong on the way to the lines.</param>
internal sealed record OutputLines(LineDriverKind Driver, IReadOnlyList<GpioOptions> Lines, IReadOnlyList<ConfigurationError> Errors)
{
    /// <param name="errors">Those that <paramref name="root"/> reports to.</param>
    public static OutputLines Read(TomlScope root, List<ConfigurationError> errors)
    {
        var settings = new LineSettings();
        var before = errors.Count;
        var chip = LineReader.Settings(root.Table("gpio"), settings);
        // Without the chip a line's number may be that of another line.
        if (errors.Count > before) return new OutputLines(settings.Driver, [], errors);

        var lines = new List<GpioOptions>();
        foreach (var rule in root.Tables("rules").Where(rule => rule.Has("gpio")))
        {
            before = errors.Count;
            var line = LineReader.Output(rule.Table("gpio"), chip);
            if (errors.Count == before) lines.Add(line);
        }
        return new OutputLines(settings.Driver, [.. lines.GroupBy(line => line.Line).Where(AllAgree).Select(line => line.First())], errors);
    }

    private static bool AllAgree(IEnumerable<GpioOptions> line) => line.Select(gpio => gpio.SafeLevel).Distinct().Count() == 1;
}

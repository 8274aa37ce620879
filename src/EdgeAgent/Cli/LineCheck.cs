using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Cli;

/// <summary>
/// Says of each line of a configuration whether it could be had here and now. It looks only; what is missing is no error
/// of the configuration, for the agent goes on without, and the plant's machine may be another one.
/// </summary>
internal static class LineCheck
{
    public static void Print(AgentOptions options)
    {
        foreach (var (isFine, text) in Check(options))
            Console.WriteLine($"{(isFine ? "√" : "‼")} {Words.Printable(text)}");
    }

    /// <summary>A sentence a line.</summary>
    public static IEnumerable<(bool IsFine, string Text)> Check(AgentOptions options)
    {
        foreach (var gpio in options.Rules.Select(r => r.Gpio).OfType<GpioOptions>().DistinctBy(g => g.Line))
            yield return Check(gpio.Line, $"alarm output, {(gpio.High ? "high" : "low")} while it stands, {(gpio.SafeLevel ? "high" : "low")} when stopped");
        foreach (var gate in options.Gates)
            yield return Check(gate.Line, $"gate {gate.Name}, open while {(gate.High ? "high" : "low")}");
    }

    private static (bool, string) Check(LineChoice choice, string purpose)
    {
        try
        {
            var address = LineFinder.Find(choice);
            using var chip = GpioChip.Open(address.Chip);
            var line = chip.StateOf(address.Offset);
            var name = line.Name.Length > 0 ? $" \"{line.Name}\"" : "";
            return (!line.IsUsed, $"{choice}: {address}{name} of {chip.Label}; {purpose}{Use(line)}");
        }
        catch (LineException e)
        {
            return (false, $"{choice}: {e.Message}; {purpose}");
        }
    }

    private static string Use(LineState line) =>
        line.IsUsed ? $"; in use by {(line.Consumer.Length > 0 ? line.Consumer : "the kernel")}, which is right only if that is this agent" : "";
}

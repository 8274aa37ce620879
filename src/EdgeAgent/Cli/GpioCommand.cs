using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeAgent.Configuration;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent gpio</c>: what lines there are, and the safe levels of those that the agent drives.</summary>
internal static class GpioCommand
{
    public const string Name = "gpio";
    public const string GuardName = "guard";

    public static Command Build()
    {
        var command = new Command(Name, "Shows the GPIO lines of this machine, and leaves outputs in a safe state.");
        command.Subcommands.Add(BuildList());
        command.Subcommands.Add(BuildSafe());
        command.Subcommands.Add(BuildGuard());
        return command;
    }

    private static Command BuildList()
    {
        var command = new Command(
            "list", "Lists chips and lines with their names and who uses them; changes nothing.\n\nExample: edgeagent gpio list");
        command.SetAction(_ =>
        {
            var table = new TextTable("chip", "label", ">line", "name", "direction", "used by");
            var isFine = GpioChip.Numbers() is { Count: > 0 } chips && chips.Aggregate(true, (fine, chip) => AddLines(table, chip) && fine);
            table.Print(Console.Out, "");
            if (GpioChip.Numbers().Count == 0) Say.Error("there is no GPIO chip");
            return isFine ? ExitCodes.Fine : ExitCodes.Failed;
        });
        return command;
    }

    private static bool AddLines(TextTable table, int number)
    {
        try
        {
            using var chip = GpioChip.Open(number);
            for (var offset = 0; offset < chip.Lines; offset++)
            {
                var line = chip.StateOf(offset);
                table.Add(chip.Name, chip.Label, $"{offset}", line.Name, line.IsOutput ? "output" : "input", line.IsUsed
                    && line.Consumer.Length == 0 ? "the kernel" : line.Consumer);
            }
            return true;
        }
        catch (LineException e)
        {
            Say.Error(e.Message);
            return false;
        }
    }

    private static Command BuildSafe()
    {
        var config = ConfigurationArgument.Build();
        var command = new Command(
            "safe", "Sets every output line of the configuration to its level for a stopped agent; a running agent's lines are refused. "
                + "What else is wrong with the configuration does not matter.\n\n"
                + "Example: edgeagent gpio safe --config edgeagent.toml") { config };
        command.SetAction(parsed =>
        {
            var outputs = ConfigurationArgument.ReadLines(parsed.GetValue(config)!);
            foreach (var error in outputs.Errors)
                Console.Error.WriteLine(error);
            var isFine = SetSafe(outputs);
            return outputs.Errors.Count > 0 ? ExitCodes.BadConfiguration : isFine ? ExitCodes.Fine : ExitCodes.Failed;
        });
        return command;
    }

    private static bool SetSafe(OutputLines outputs)
    {
        var driver = LineDrivers.Of(outputs.Driver);
        var isFine = true;
        foreach (var gpio in outputs.Lines)
        {
            try
            {
                var address = driver.Find(gpio.Line);
                driver.Output(address, gpio.SafeLevel).Dispose();
                Console.WriteLine($"√ {gpio.Line}: {address} is {(gpio.SafeLevel ? "high" : "low")}");
            }
            catch (LineException e)
            {
                Console.Error.WriteLine($"× {gpio.Line}: {Words.Printable(e.Message)}");
                isFine = false;
            }
        }
        return isFine;
    }

    /// <summary>
    /// The agent starts it. What ends the agent must not end the guard before it has done its duty, so it heeds no signal.
    /// </summary>
    private static Command BuildGuard()
    {
        var driver = new Argument<string>("driver");
        var command = new Command(GuardName, "Started by the agent: sets its outputs to their safe levels when it dies.") { driver };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var terminate = Ignore(PosixSignal.SIGTERM);
            using var interrupt = Ignore(PosixSignal.SIGINT);
            using var hangUp = Ignore(PosixSignal.SIGHUP);
            using var agent = new StreamReader(Console.OpenStandardInput());
            return GuardDuty.Serve(agent, LineDrivers.Of(Enum.Parse<LineDriverKind>(parsed.GetValue(driver)!)), Console.Error)
                ? ExitCodes.Fine : ExitCodes.Failed;
        });
        return command;
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = true);
}

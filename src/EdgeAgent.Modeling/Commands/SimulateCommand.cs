using System.CommandLine;
using EdgeAgent.Modeling.Simulation;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model simulate vibration</c>: recordings of machines that do not exist, to try things on.</summary>
internal static class SimulateCommand
{
    private static readonly Argument<string> What = new Argument<string>("WHAT")
    {
        Description = "What to simulate: vibration",
    }.AcceptOnlyFromAmong("vibration");
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for the recordings, one machine a file",
        Required = true,
    };
    private static readonly Option<long> Seed = new("--seed") { Description = "Decides everything random", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Machines = new("--machines")
    {
        Description = "Machines of each kind: sound, and with each fault",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> Blocks = new("--blocks")
    {
        Description = "Blocks of 1024 samples a machine sends",
        DefaultValueFactory = _ => 500,
    };
    private static readonly Option<double> Every = new("--every")
    {
        Description = "Seconds from block to block; 0: without a pause",
        DefaultValueFactory = _ => 10,
    };
    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "jsonl: messages with blocks. csv: a sample a row, with a column that says when the fault is on",
        DefaultValueFactory = _ => "jsonl",
    }.AcceptOnlyFromAmong("jsonl", "csv");

    public static Command Build()
    {
        var command = new Command("simulate",
            "Writes recordings of simulated rotating machines, sound and with growing faults. They are no real machines.\n\n"
            + "Example: edgeagent-model simulate vibration --out simulated --seed 7") { What, Out, Seed, Machines, Blocks, Every, Format };
        command.SetAction(result => CommandLine.Guard(() => new SimulatedRecordings(
            result.GetRequiredValue(Out),
            (ulong)result.GetValue(Seed),
            Math.Max(4, result.GetValue(Blocks)),
            Math.Max(0, result.GetValue(Every)),
            result.GetValue(Format) == "csv").Write(Math.Max(1, result.GetValue(Machines)))));
        return command;
    }
}

using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model evaluate</c>: how a bundle does on recordings, reading by reading.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of a bundle" };
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of recordings; those with a column \"anomaly\" are scored, others report what was flagged",
        Required = true,
    };
    private static readonly Option<string> Protocol = new Option<string>("--protocol")
    {
        Description = "How to count: plain (every judged reading), skab (every reading behind the first 400), "
            + "nab (openings of events against windows)",
        DefaultValueFactory = _ => Evaluating.Plain,
    }
        .AcceptOnlyFromAmong(Evaluating.Protocols);
    private static readonly Option<string?> Windows = new("--windows")
    {
        Description = "For the protocol nab: the list of windows, such as NAB's windows.json",
    };
    private static readonly Option<string?> Channel = new("--channel")
    {
        Description = "For a model of any one channel: the column to judge, where recordings have several",
    };
    private static readonly Option<bool> Table = new("--table") { Description = "Also tell of each recording" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON for programs, each recording included" };
    private static readonly Option<string?> Verdicts = new("--verdicts")
    {
        Description = "Where to write the bundle's verdicts as file,datetime,anomaly; with nab its openings as file,timestamp,score",
    };

    public static Command Build()
    {
        var command = new Command("evaluate",
            "Replays each recording as one device: it calibrates on its first readings, "
            + "then judges every reading without looking ahead.\n\n"
            + "Examples:\n"
            + "  edgeagent-model evaluate models/pump-health --data recordings --table\n"
            + "  edgeagent-model evaluate models/pump-health --data skab --protocol skab --verdicts verdicts.csv\n"
            + "  edgeagent-model evaluate models/single-channel --data nab --protocol nab --windows nab/windows.json")
        {
            Bundle, Data, Protocol, Windows, Channel, Table, Json, Verdicts,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Windows) is not null && result.GetResult(Protocol)?.Tokens is not [{ Value: Evaluating.Nab }])
                result.AddError("--windows is for --protocol nab");
        });
        command.SetAction(result => CommandLine.Guard(() => Run(ToRequest(result), result.GetValue(Table), result.GetValue(Json))));
        return command;
    }

    private static EvaluateRequest ToRequest(ParseResult result) => new(
        result.GetRequiredValue(Bundle),
        result.GetRequiredValue(Data),
        result.GetRequiredValue(Protocol),
        result.GetValue(Windows),
        result.GetValue(Channel),
        result.GetValue(Verdicts));

    private static void Run(EvaluateRequest request, bool table, bool json)
    {
        var found = new Evaluating(request).Run();
        Console.Write(json ? JsonSerializer.Serialize(found, EvaluatedJson.Default.Evaluated) + "\n" : EvaluationText.Of(found, table));
    }
}

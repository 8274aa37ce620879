using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Benchmarks;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model bench stages</c>: what a model takes from its file to a verdict.</summary>
internal static class BenchCommand
{
    private const int DefaultRuns = 100, DefaultWarmUp = 5, DefaultSize = 224, LeastSize = 32, SizeLimit = 1024, BatchLimit = 64;

    private static readonly Argument<string[]> Bundles = new("BUNDLES")
    {
        Description = "Folders of bundles", Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string[]> ResNet = new("--resnet50")
    {
        Description = "A generated ResNet-50 with random weights: fp32, int8 or both", Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int> Batch = Number("--batch", "Windows or images of a run", 1, 1, BatchLimit);
    private static readonly Option<int> Size = Number("--resolution", "Height and width of images", DefaultSize, LeastSize, SizeLimit);
    private static readonly Option<int> Runs = Number("--runs", "Runs that count", DefaultRuns, 1, 100_000);
    private static readonly Option<int> WarmUp = Number("--warm-up", "Runs before them", DefaultWarmUp, 0, 1000);
    private static readonly Option<string?> Json = new("--json") { Description = "File for the figures as JSON" };
    private static readonly Option<string?> Picture = new("--svg") { Description = "File for a picture" };

    public static Command Build()
    {
        ResNet.AcceptOnlyFromAmong("fp32", "int8");
        var stages = new Command("stages",
            "Measures load, preprocess, infer and postprocess of models, on one thread as the agent runs them: median and P99.\n\n"
            + "Example: edgeagent-model bench stages models/pump-health --resnet50 fp32 int8 --json stages.json --svg stages.svg")
        {
            Bundles, ResNet, Batch, Size, Runs, WarmUp, Json, Picture,
        };
        stages.Validators.Add(result =>
        {
            if (result.GetValue(Bundles) is not { Length: > 0 } && result.GetValue(ResNet) is not { Length: > 0 })
                result.AddError("name bundles, or --resnet50 fp32 int8");
        });
        stages.SetAction(result => CommandLine.Guard(() => Run(result)));
        return new Command("bench", "Measures what models take on this machine.") { stages };
    }

    private static void Run(ParseResult result)
    {
        var (batch, size) = (result.GetValue(Batch), result.GetValue(Size));
        Func<IStagedModel>[] models =
        [
            .. (result.GetValue(Bundles) ?? []).Select<string, Func<IStagedModel>>(
                folder => () => new BundleStages(ModelBundle.Load(folder), batch)),
            .. (result.GetValue(ResNet) ?? []).Distinct().Select<string, Func<IStagedModel>>(
                kind => () => new ResNetStages(size, batch, isInteger: kind == "int8")),
        ];
        var times = new List<StageTimes>();
        foreach (var make in models)
        {
            using var model = make();
            times.Add(StageTimes.Measure(model, result.GetValue(WarmUp), result.GetValue(Runs)));
        }
        Console.Write(StageReport.Text(times));
        if (result.GetValue(Json) is { } json) File.WriteAllText(json, StageReport.Json(times));
        if (result.GetValue(Picture) is { } picture) File.WriteAllText(picture, StageReport.Picture(times));
    }

    private static Option<int> Number(string name, string what, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = what, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
                result.AddError($"{name}: expected {least} to {most}");
        });
        return option;
    }
}

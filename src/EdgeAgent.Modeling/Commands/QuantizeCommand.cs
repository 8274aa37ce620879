using System.CommandLine;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model quantize</c>: any FP32 ONNX model in, static INT8 out.</summary>
internal static class QuantizeCommand
{
    private const int DefaultWindows = 2048;

    private static readonly Argument<string> Model = new("MODEL")
    {
        Description = "The FP32 model, an .onnx file of opset 11 to 21 with one input",
    };
    private static readonly Option<string> Out = new("--out") { Description = "The INT8 model to write", Required = true };
    private static readonly Option<string?> Bundle = new("--bundle")
    {
        Description = "Folder of a bundle whose manifest says what the model is given; verdicts before and after are compared",
    };
    private static readonly Option<string?> Manifest = new("--manifest") { Description = "A manifest.json alone, to the same end" };
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of recordings from which the ranges of all values are taken",
        Required = true,
    };
    private static readonly Option<string?> Channel = new("--channel")
    {
        Description = "For a model of any one channel: the column to take, where recordings have several",
    };
    private static readonly Option<int> Windows = new("--windows")
    {
        Description = "How many windows ranges are taken from, evenly spread over the recordings",
        DefaultValueFactory = _ => DefaultWindows,
    };
    private static readonly Option<string[]> Keep = new("--keep")
    {
        Description = "Nodes, values or operators (such as Gemm) that stay float",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<bool> PerTensor = new("--per-tensor") { Description = "One step for all weights of a layer" };
    private static readonly Option<bool> PerChannel = new("--per-channel")
    {
        Description = "One step for each output of a layer's weights (default)",
    };
    private static readonly Option<string> Ranges = new("--ranges")
    {
        Description = "How ranges are chosen: mse (least squared error), percentile (all but 1 in 2000 at each end) or minmax",
        DefaultValueFactory = _ => "mse",
    };
    private static readonly Option<string[]> Reports = new("--report")
    {
        Description = "Where to write the report, a .json or .md file; may be repeated",
        AllowMultipleArgumentsPerToken = true,
    };

    static QuantizeCommand()
    {
        Ranges.AcceptOnlyFromAmong("mse", "percentile", "minmax");
        Windows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--windows: expected 1 or more");
        });
    }

    public static Command Build()
    {
        var command = new Command("quantize",
            "Turns an FP32 model from any exporter into static INT8 (QDQ), measures what that costs, layer by layer, "
            + "and names the layers worth keeping in float.\n\n"
            + "Example: edgeagent-model quantize model.fp32.onnx --out model.onnx --manifest manifest.json --data recordings "
            + "--report report.md")
        {
            Model, Out, Bundle, Manifest, Data, Channel, Windows, Keep, PerChannel, PerTensor, Ranges, Reports,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(PerTensor) && result.GetValue(PerChannel))
                result.AddError("--per-channel and --per-tensor exclude each other");
            if (result.GetValue(Bundle) is not null && result.GetValue(Manifest) is not null)
                result.AddError("--bundle and --manifest exclude each other; a bundle brings its manifest");
        });
        command.SetAction(result => CommandLine.Guard(() =>
            new Quantizing(ToRequest(result)).Run(Console.Error.WriteLine, Console.WriteLine)));
        return command;
    }

    private static QuantizeRequest ToRequest(ParseResult result) => new(
        result.GetRequiredValue(Model),
        result.GetRequiredValue(Out),
        result.GetValue(Bundle),
        result.GetValue(Manifest),
        result.GetRequiredValue(Data),
        result.GetValue(Windows),
        new QuantizationOptions
        {
            Ranges = Enum.Parse<RangeMethod>(result.GetRequiredValue(Ranges), ignoreCase: true),
            PerChannel = !result.GetValue(PerTensor),
            Keep = result.GetValue(Keep) ?? [],
        },
        result.GetValue(Reports) ?? [],
        result.GetValue(Channel));
}

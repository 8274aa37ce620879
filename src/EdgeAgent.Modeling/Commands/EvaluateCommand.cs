using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model evaluate</c>: how a bundle does on recordings, reading by reading.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of a bundle" };
    private static readonly Option<string> Data = new("--data") { Description = "Folder of CSV recordings; those with a column \"anomaly\" are scored, others report what was flagged", Required = true };
    private static readonly Option<string?> Verdicts = new("--verdicts") { Description = "Where to write the INT8 model's verdicts as file,datetime,anomaly" };

    public static Command Build()
    {
        var command = new Command("evaluate", "Replays each recording as one device: it calibrates on its first readings, then judges every reading without looking ahead.\n\n"
            + "Example: edgeagent-model evaluate models/pump-health --data recordings --verdicts verdicts.csv") { Bundle, Data, Verdicts };
        command.SetAction(result => CommandLine.Guard(() => Run(result.GetRequiredValue(Bundle), result.GetRequiredValue(Data), result.GetValue(Verdicts))));
        return command;
    }

    private static void Run(string folder, string data, string? verdicts)
    {
        var bundle = ModelBundle.Load(folder);
        if (bundle.TakesAnyChannel)
            throw new ModelingException($"{folder}: judges any one channel, each with floors of its own; play recordings with `edgeagent replay --model {folder} --channel NAME`");
        if (bundle.Manifest.CalibratesFeatures)
            throw new ModelingException($"{folder}: calibrates the features of windows of samples, not readings; play recordings with `edgeagent replay --model {folder}`");
        var manifest = bundle.Manifest;
        var recordings = RecordingFolder.Read(data, bundle.ChannelNames);
        var quantized = OnnxFile.Read(bundle.ModelPath);
        var reports = Report.Labelled("INT8", manifest, quantized, recordings).ToList();
        var twin = Path.Combine(folder, BundleWriter.FloatModel);
        if (File.Exists(twin))
            reports.AddRange(Report.Labelled("FP32", manifest, OnnxFile.Read(twin), recordings));
        reports.AddRange(recordings.Where(r => r.Labels is null).Select(r => Report.NormalRun(manifest, quantized, r, (int)(r.Rows * new RecipeOptions().NormalShare))));
        foreach (var report in reports)
            Console.WriteLine(report.Summary);
        if (reports.Count > 1 && reports[0].Score is not null && reports[1].Score is not null)
            Console.WriteLine(FormattableString.Invariant($"INT8 and FP32 agree on {100 * Report.Agreement(reports[0], reports[1]):0.00} % of verdicts"));
        if (verdicts is not null)
            VerdictFile.Write(verdicts, manifest, quantized, recordings.Where(r => r.Labels is not null));
    }
}

using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model inspect</c>: what is in a bundle, or in any ONNX file.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Target = new("TARGET") { Description = "Folder of a bundle, or an .onnx file" };

    public static Command Build()
    {
        var command = new Command("inspect", "Prints a bundle's manifest and what its graphs are made of; of an .onnx file, the latter.\n\n"
            + "Example: edgeagent-model inspect models/pump-health") { Target };
        command.SetAction(result => CommandLine.Guard(() => Print(result.GetRequiredValue(Target))));
        return command;
    }

    private static void Print(string target)
    {
        if (File.Exists(target))
        {
            PrintGraph(target);
            return;
        }
        var bundle = ModelBundle.Load(target);
        Console.WriteLine(JsonSerializer.Serialize(bundle.Manifest, BundleManifestJson.Default.BundleManifest));
        foreach (var file in Directory.EnumerateFiles(target, "*.onnx").Order(StringComparer.Ordinal))
        {
            Console.WriteLine();
            PrintGraph(file);
        }
    }

    private static void PrintGraph(string file) =>
        Console.WriteLine($"{Path.GetFileName(file)}: {GraphSummary.Of(OnnxFile.Read(file), new FileInfo(file).Length)}");
}

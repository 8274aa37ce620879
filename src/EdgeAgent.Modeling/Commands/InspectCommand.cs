using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model inspect</c>: what is in a bundle.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of a bundle" };

    public static Command Build()
    {
        var command = new Command("inspect", "Prints a bundle's manifest and what its graph is made of.\n\nExample: edgeagent-model inspect models/pump-health") { Bundle };
        command.SetAction(result => CommandLine.Guard(() => Print(result.GetRequiredValue(Bundle))));
        return command;
    }

    private static void Print(string folder)
    {
        var bundle = ModelBundle.Load(folder);
        Console.WriteLine(JsonSerializer.Serialize(bundle.Manifest, BundleManifestJson.Default.BundleManifest));
        foreach (var file in Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal))
            Console.WriteLine($"\n{Path.GetFileName(file)}: {GraphSummary.Of(OnnxFile.Read(file), new FileInfo(file).Length)}");
    }
}

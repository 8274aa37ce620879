using System.CommandLine;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model describe</c>: a first manifest for a model that somebody brings.</summary>
internal static class DescribeCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "An .onnx file" };
    private static readonly Option<string[]?> Channels = new("--channels")
    {
        Description = "Names of the channels, in the order of the model's input", AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Output = new("--output")
    {
        Description = "Name of the output that counts, where it has several",
    };
    private static readonly Option<string?> Out = new("--out") { Description = "File to write; without it the manifest is printed" };

    public static Command Build()
    {
        var command = new Command("describe",
            "Writes a first manifest from a graph: what its tensors are, as far as their names and shapes tell. What was guessed, and what "
            + "is left to you, is said on standard error.\n\n"
            + "Example: edgeagent-model describe forest.onnx --channels temp flow --out models/mine/manifest.json")
        {
            Model, Channels, Output, Out,
        };
        command.SetAction(result => CommandLine.Guard(() => Run(
            result.GetRequiredValue(Model), CommandLine.Listed(result.GetValue(Channels)), result.GetValue(Output), result.GetValue(Out))));
        return command;
    }

    private static void Run(string file, string[]? channels, string? output, string? path)
    {
        var (manifest, notes) = GraphDescription.Of(OnnxFile.Read(file), Path.GetFileName(file), channels, output);
        var text = JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest);
        if (path is null)
        {
            Console.WriteLine(text);
        }
        else
        {
            if (File.Exists(path)) throw new ModelingException($"{path} is there already: remove it first, or name another file");
            File.WriteAllText(path, text + "\n");
        }
        foreach (var note in notes) Console.Error.WriteLine(note);
    }
}

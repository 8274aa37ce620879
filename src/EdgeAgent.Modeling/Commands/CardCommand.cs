using System.CommandLine;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Bundling;

namespace EdgeAgent.Modeling.Commands;

/// <summary><c>edgeagent-model card</c>: brings a bundle's card up to its manifest.</summary>
internal static class CardCommand
{
    private static readonly Argument<string> Bundle = new("BUNDLE") { Description = "Folder of a bundle" };

    public static Command Build()
    {
        var command = new Command("card",
            $"Writes a bundle's {ManifestCard.FileName} from its manifest, or renews the part that the manifest tells; "
            + "what you wrote around it stays.\n\n"
            + "Example: edgeagent-model card models/mine") { Bundle };
        command.SetAction(result => CommandLine.Guard(() => Write(result.GetRequiredValue(Bundle))));
        return command;
    }

    private static void Write(string folder)
    {
        var card = Path.Combine(folder, ManifestCard.FileName);
        Console.Error.WriteLine($"written: {ManifestCard.Write(folder, File.Exists(card) ? File.ReadAllText(card) : null)}");
    }
}

using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>A fitted model with its manifest, complete but for the figures that measuring adds.</summary>
internal sealed class BundleDraft
{
    private const string FirstVersion = "1.0.0";

    private readonly string _recipe;

    public BundleDraft(
        FitRequest request, RecipeOptions options, NormalSource normals, FittedModel model, string recipe = "contrast")
    {
        _recipe = recipe;
        (Request, Options, Normals, Model) = (request, options, normals, model);
        QuantizedFile = model.Quantized.ToByteArray();
        Manifest = model.Manifest with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description = RecipeText.Description(recipe),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(QuantizedFile)),
            Channels = [.. model.Manifest.Channels.Select(c => c with { Unit = request.Units.GetValueOrDefault(c.Name) })],
            Provenance = Provenance(),
        };
    }

    /// <summary>Nobody has said which runs are normal; parts of long recordings were chosen.</summary>
    public bool IsAutomatic { get; init; }
    public string Recipe => _recipe;
    public FitRequest Request { get; }
    public RecipeOptions Options { get; }
    public NormalSource Normals { get; }
    public FittedModel Model { get; }
    public BundleManifest Manifest { get; }
    public byte[] QuantizedFile { get; }

    private Dictionary<string, string> Provenance() => new(Request.Notes)
    {
        ["tool"] = "edgeagent-model fit",
        ["recipe"] = _recipe,
        ["seed"] = $"{Request.Seed}",
        ["labels"] = "none used",
    };
}

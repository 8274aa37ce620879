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
    private const int OnAfter = 5, OffAfter = 10;

    public BundleDraft(FitRequest request, RecipeOptions options, NormalSource normals, string[] channels, FittedModel model)
    {
        (Request, Options, Normals, Model) = (request, options, normals, model);
        QuantizedFile = model.Quantized.ToByteArray();
        Manifest = new BundleManifest
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description = "Tells normal operation, drift included, from faults; learned without labels (contrast recipe, INT8)",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(QuantizedFile)),
            Channels = [.. channels.Select((name, i) => new ManifestChannel { Name = name, Unit = request.Units.GetValueOrDefault(name), Floor = normals.Floors[i] })],
            Calibration = new ManifestCalibration { Readings = options.CalibrationReadings, Clip = options.Clip },
            Window = new ManifestWindow { Length = options.WindowLength, Stride = 1 },
            Input = new ManifestInput { Name = NetworkExport.Input, Layout = "features", Features = options.Features },
            Output = new ManifestOutput { Name = NetworkExport.Output, Kind = "score", Zero = model.Zero, One = model.One },
            Decision = new ManifestDecision { OnAfter = OnAfter, OffAfter = OffAfter, Clear = 1, Smooth = 1 },
            Provenance = Provenance(),
        };
    }

    public FitRequest Request { get; }
    public RecipeOptions Options { get; }
    public NormalSource Normals { get; }
    public FittedModel Model { get; }
    public BundleManifest Manifest { get; }
    public byte[] QuantizedFile { get; }

    private Dictionary<string, string> Provenance() => new(Request.Notes)
    {
        ["tool"] = "edgeagent-model fit",
        ["recipe"] = "contrast",
        ["seed"] = $"{Request.Seed}",
        ["labels"] = "none used",
    };
}

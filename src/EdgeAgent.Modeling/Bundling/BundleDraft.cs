using System.Security.Cryptography;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>A fitted model with its manifest, complete but for the figures that measuring adds.</summary>
internal sealed class BundleDraft
{
    private const string FirstVersion = "1.0.0";

    /// <param name="request">What the user asks for.</param>
    /// <param name="options">Lengths, and what counts as normal.</param>
    /// <param name="normals">What was learned from.</param>
    /// <param name="model">What the fit yielded.</param>
    /// <param name="candidate">How it was learned.</param>
    public BundleDraft(FitRequest request, NormalOptions options, NormalSource normals, FittedModel model, ICandidate candidate)
    {
        (Request, Options, Normals, Model, Candidate) = (request, options, normals, model, candidate);
        Manifest = model.Manifest with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Out)),
            Version = FirstVersion,
            Description = candidate.Description,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model.Quantized.ToByteArray())),
            Channels = [.. model.Manifest.Channels.Select(c => c with { Unit = request.Units.GetValueOrDefault(c.Name) })],
            Provenance = Provenance(),
        };
    }

    /// <summary>Nobody has said which runs are normal; parts of long recordings were chosen.</summary>
    public bool IsAutomatic { get; init; }
    /// <summary>Channels that count: what was learned from are their rates.</summary>
    public IReadOnlyList<string> Counters { get; init; } = [];
    public ICandidate Candidate { get; }
    public FitRequest Request { get; }
    public NormalOptions Options { get; }
    public NormalSource Normals { get; }
    public FittedModel Model { get; }
    /// <summary>What judges recordings that hold rates already.</summary>
    public BundleManifest Manifest { get; }
    /// <summary>What judges devices, which send counts.</summary>
    public BundleManifest Written => Counters.Count == 0 ? Manifest
        : Manifest with { Channels = [.. Manifest.Channels.Select(c => Counters.Contains(c.Name) ? c with { Counts = true } : c)] };

    private Dictionary<string, string> Provenance() => new(Request.Notes)
    {
        ["tool"] = "edgeagent-model fit",
        ["recipe"] = Candidate.Name,
        ["seed"] = $"{Request.Seed}",
        ["labels"] = "none used",
    };
}

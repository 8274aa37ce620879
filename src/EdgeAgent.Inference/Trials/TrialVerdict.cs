using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Trials;

/// <summary>What came of trying a bundle.</summary>
public sealed record TrialVerdict
{
    /// <summary>The bundle.</summary>
    public string Folder { get; set; } = "";
    /// <summary>Why it cannot be used, with its name; null: it can.</summary>
    public string? Problem { get; set; }
    /// <summary>Of all its files, as they were when they were tried.</summary>
    public string Digest { get; set; } = "";
    /// <summary>Golden windows that hold.</summary>
    public int Golden { get; set; }
    /// <summary>Windows that each lane holds room for: its largest batch, or the one that the graph has fixed.</summary>
    public int Batch { get; set; }
    /// <summary>Bytes of each of them in tensors of the graph that are of other elements, or in another order; 0: there are none.</summary>
    public int TensorBytes { get; set; }
    /// <summary>Whether windows are run one by one, for together they would give other results.</summary>
    public bool RunsAlone { get; set; }
    /// <summary>What a run of a lane's largest batch took, in milliseconds.</summary>
    public double RunMs { get; set; }
    /// <summary>What all of it took, in milliseconds.</summary>
    public double TrialMs { get; set; }

    /// <summary>A bundle that cannot be used.</summary>
    public static TrialVerdict Refused(string folder, string problem) => new() { Folder = folder, Problem = problem };
}

/// <summary>Tries bundles before they are used.</summary>
public interface IBundleTrials
{
    /// <summary>Gives a verdict on each folder; never throws for what is in one.</summary>
    IReadOnlyDictionary<string, TrialVerdict> Run(IReadOnlyCollection<string> folders);
}

/// <summary>How a verdict goes from one process to another: a line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrialVerdict))]
public sealed partial class TrialJson : JsonSerializerContext;

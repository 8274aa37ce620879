using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// Windows with the output they must give, the content of a bundle's <c>golden.json</c>: a device runs them once
/// to see that its processor and its ONNX Runtime compute what the maker's did.
/// </summary>
public sealed record GoldenWindows
{
    public const string FileName = "golden.json";

    public List<GoldenWindow> Windows { get; set; } = [];
    /// <summary>Largest difference of a raw output that may come from rounding.</summary>
    public float Tolerance { get; set; }
}

/// <summary>One window and its result.</summary>
public sealed record GoldenWindow
{
    /// <summary>Calibrated readings, oldest first; each row holds one value per channel.</summary>
    public List<float[]> Z { get; set; } = [];
    /// <summary>Where features are calibrated: their means. The rows of <see cref="Z"/> are readings as they came, then.</summary>
    public float[]? Means { get; set; }
    /// <summary>And their spreads.</summary>
    public float[]? Spreads { get; set; }
    /// <summary>The graph's raw output; of a reconstruction, its mean squared error.</summary>
    public float Output { get; set; }
    /// <summary>(output − zero) / (one − zero) by the manifest.</summary>
    public float Score { get; set; }
}

/// <summary>The JSON form of <see cref="GoldenWindows"/>: camelCase, unknown keys refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GoldenWindows))]
public sealed partial class GoldenWindowsJson : JsonSerializerContext;

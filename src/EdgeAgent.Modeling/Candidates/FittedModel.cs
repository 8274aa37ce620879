using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Thresholds;

namespace EdgeAgent.Modeling.Candidates;

/// <summary>What a fit yields, before it is put into a bundle.</summary>
/// <param name="Manifest">What the model eats and what its output means; without name, version and provenance.</param>
/// <param name="Float">The network as trained, FP32.</param>
/// <param name="Quantized">The same in INT8.</param>
/// <param name="Parameters">Trained numbers.</param>
internal sealed record FittedModel(BundleManifest Manifest, ModelProto Float, ModelProto Quantized, int Parameters)
{
    /// <summary>Windows with their outputs, where the recipe makes them itself.</summary>
    public GoldenWindows? Golden { get; init; }
    /// <summary>Where the search for the threshold ended.</summary>
    public ThresholdOutcome? Threshold { get; init; }
}

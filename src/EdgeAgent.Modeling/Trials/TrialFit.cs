using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;

namespace EdgeAgent.Modeling.Trials;

/// <summary>How a recipe is fitted for a trial, without a bundle being written.</summary>
/// <param name="Normals">The constants by which normals are chosen.</param>
/// <param name="Fit">From normals to what a device judges by.</param>
internal sealed record TrialFit(NormalOptions Normals, Func<NormalSource, (BundleManifest Manifest, ModelProto Model)> Fit);

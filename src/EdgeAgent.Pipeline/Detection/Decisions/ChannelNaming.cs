using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>What the model's channels are called where the readings come from, and what is called after them. Immutable.</summary>
internal sealed class ChannelNaming(BundleManifest manifest, IReadOnlyList<string> channels)
{
    /// <summary>The channels in the model's order.</summary>
    public IReadOnlyList<string> Channels { get; } = channels;

    /// <summary>Names of the features that the model sees; none where it sees the window itself.</summary>
    public string[] Features { get; } = manifest.Input.Features is { } features ? FeatureExtractor.Names(features, channels) : [];

    /// <summary>Names of what is calibrated: channels, or features of channels.</summary>
    public IReadOnlyList<string> Calibrated { get; } = CalibratedFeatures.Names(manifest, channels);
}

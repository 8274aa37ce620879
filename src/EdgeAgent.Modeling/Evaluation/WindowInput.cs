using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Turns a window of z into what a manifest's model is given. Holds scratch memory: one owner at a time.</summary>
internal sealed class WindowInput
{
    private readonly FeatureExtractor? _extractor;

    public WindowInput(BundleManifest manifest)
    {
        var (length, channels) = (manifest.Window.Length, manifest.Channels.Count);
        _extractor = manifest.Input.Features is { } features ? new FeatureExtractor(features, channels, length) : null;
        Shape = _extractor is null ? [length, channels] : [_extractor.Count];
        Length = _extractor?.Count ?? length * channels;
    }

    /// <summary>Of one input, without the batch axis.</summary>
    public long[] Shape { get; }
    /// <summary>Floats of one input.</summary>
    public int Length { get; }

    /// <param name="z">[length, channels], oldest reading first.</param>
    /// <param name="input"><see cref="Length"/> floats.</param>
    public void Write(ReadOnlySpan<float> z, Span<float> input)
    {
        if (_extractor is null)
            z.CopyTo(input);
        else
            _extractor.Extract(z, input);
    }
}

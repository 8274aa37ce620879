using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>
/// Tells each channel's share of a score. For a reconstruction it is the channel's part of the squared error. For any
/// other model it is found by occlusion: the model runs again with one channel after the other put to normal, and what
/// the score loses is the channel's part. Belongs to one lane; runs only when an event is reported.
/// </summary>
/// <remarks>Occlusion: M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.</remarks>
internal sealed class Attribution : IDisposable
{
    private readonly OnnxModel _model;
    private readonly BundleManifest _manifest;
    private readonly float[] _neutral;
    private ModelRunner? _runner;

    public Attribution(OnnxModel model)
    {
        _model = model;
        _manifest = model.Bundle.Manifest;
        _neutral = new float[model.InputLength];
        if (_manifest.Input.Layout == "features")
            new FeatureExtractor(_manifest.Input.Features!, Channels, _manifest.Window.Length)
                .Extract(new float[_manifest.Window.Length * Channels], _neutral);
    }

    private int Channels => _manifest.Channels.Count;

    /// <summary>Writes one share a channel: 0 to 1, adding up to 1, or all 0 where no channel stands out.</summary>
    public void Explain(ReadOnlySpan<float> input, ReadOnlySpan<float> output, Span<float> shares)
    {
        shares.Clear();
        if (_manifest.Output.Kind == "reconstruction")
            TakeErrors(input, output, shares);
        else
            TakeLosses(input, output[0], shares);
        var sum = 0f;
        foreach (var share in shares)
            sum += share;
        if (!(sum > 0) || !float.IsFinite(sum))
        {
            shares.Clear();
            return;
        }
        foreach (ref var share in shares)
            share /= sum;
    }

    public void Dispose() => _runner?.Dispose();

    private void TakeErrors(ReadOnlySpan<float> input, ReadOnlySpan<float> output, Span<float> shares)
    {
        for (var i = 0; i < input.Length; i++)
            shares[i % Channels] += (input[i] - output[i]) * (input[i] - output[i]);
    }

    private void TakeLosses(ReadOnlySpan<float> input, float raw, Span<float> shares)
    {
        _runner ??= new ModelRunner(_model, Channels);
        for (var first = 0; first < Channels; first += _runner.BatchLimit)
        {
            var count = Math.Min(_runner.BatchLimit, Channels - first);
            for (var slot = 0; slot < count; slot++)
                Occlude(input, first + slot, _runner.Input(slot));
            _runner.Run(count);
            for (var slot = 0; slot < count; slot++)
                shares[first + slot] = Math.Max(0, raw - _runner.Output(slot)[0]);
        }
    }

    private void Occlude(ReadOnlySpan<float> input, int channel, Span<float> destination)
    {
        input.CopyTo(destination);
        for (var i = channel; i < destination.Length; i += Channels)
            destination[i] = _neutral[i];
    }
}

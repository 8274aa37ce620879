using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Tensors;
using EdgeAgent.Pipeline.Detection.Scoring;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// Tells each channel's share of a score. For a reconstruction it is the channel's part of the squared error. For any
/// other model it is found by occlusion: the model runs again with one channel after the other put to normal, and with
/// all but one put to normal. Belongs to one lane; runs only when an event is reported.
/// </summary>
/// <remarks>Occlusion: M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.</remarks>
internal sealed class Attribution : IDisposable
{
    /// <summary>A model of many channels must not take memory for all of them at once.</summary>
    private const int BatchLimit = 32;

    private readonly OnnxModel _model;
    private readonly TimeSpan _runLimit;
    private readonly BundleManifest _manifest;
    private readonly float[] _neutral;
    private readonly float[] _outputs;
    private ModelRunner? _runner;

    /// <param name="model">The model.</param>
    /// <param name="runLimit">What a run of it may take, and all runs for one event.</param>
    public Attribution(OnnxModel model, TimeSpan runLimit)
    {
        _runLimit = runLimit;
        _model = model;
        _manifest = model.Bundle.Manifest;
        _neutral = new float[model.InputLength];
        _outputs = new float[2 * model.Bundle.Manifest.Channels.Count + 1];
        // Calibrated features are normal at 0, every one.
        if (_manifest.Input.Usual is { } usual)
            usual.CopyTo(_neutral);
        else if (_manifest.Input.Layout == "features" && !_manifest.CalibratesFeatures)
            new FeatureExtractor(_manifest.Input.Features!, Channels, _manifest.Window.Length)
                .Extract(new float[_manifest.Window.Length * Channels], _neutral);
    }

    /// <summary>Its runs that took too long, or failed.</summary>
    public ModelOutage Outage { get; } = new(TimeProvider.System);

    private int Channels => _manifest.Channels.Count;

    /// <summary>Writes one share a channel: 0 to 1, adding up to 1, or all 0 where no channel stands out.</summary>
    public void Explain(ReadOnlySpan<float> input, ReadOnlySpan<float> output, Span<float> shares)
    {
        if (Channels == 1)
        {
            // There is no other; and a channel put to normal stands still, which a model may find odd in itself.
            shares[0] = 1;
            return;
        }
        shares.Clear();
        if (!WindowOrder.IsScore(_manifest))
            TakeErrors(input[^output.Length..], output, shares);
        else if (!TryTakeLosses(input, output[0], shares))
            shares.Clear();
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

    private void TakeErrors(ReadOnlySpan<float> seen, ReadOnlySpan<float> output, Span<float> shares)
    {
        for (var i = 0; i < output.Length; i++)
            shares[i % Channels] += (seen[i] - output[i]) * (seen[i] - output[i]);
    }

    /// <summary>
    /// Half of what the output loses without the channel, and half of what the channel alone gains over nothing at all:
    /// so two channels that each suffice for an alarm both get their share. All of it is one run of the model, for an event waits.
    /// </summary>
    /// <remarks>An event that opens is told without shares rather than late: false.</remarks>
    private bool TryTakeLosses(ReadOnlySpan<float> input, float raw, Span<float> shares)
    {
        if (Outage.IsOut) return false;
        try
        {
            RunMixed(input);
            Outage.TryEnd();
        }
        catch (ModelRunException e)
        {
            Outage.Begin(e.Message);
            return false;
        }
        var (nothing, worse) = (_outputs[0], _manifest.Output.Worse == "lower" ? -1 : 1);
        for (var c = 0; c < Channels; c++)
            shares[c] = Math.Max(0, worse * (raw - _outputs[1 + 2 * c] + (_outputs[2 + 2 * c] - nothing)));
        return true;
    }

    private void RunMixed(ReadOnlySpan<float> input)
    {
        var began = Stopwatch.GetTimestamp();
        _runner ??= new ModelRunner(_model, Math.Min(BatchLimit, _outputs.Length), _runLimit);
        for (var first = 0; first < _outputs.Length; first += _runner.BatchLimit)
        {
            if (Stopwatch.GetElapsedTime(began) > _runLimit) throw new RunOverdueException(_runLimit);
            RunMixed(input, first, Math.Min(_runner.BatchLimit, _outputs.Length - first));
        }
    }

    /// <summary>Number 0 is nothing at all; then come, for each channel, all without it and it alone.</summary>
    private void RunMixed(ReadOnlySpan<float> input, int first, int count)
    {
        for (var slot = 0; slot < count; slot++)
        {
            var channel = (first + slot - 1) / 2;
            if (first + slot == 0) _neutral.CopyTo(_runner!.Input(slot));
            else if ((first + slot) % 2 == 1) Mix(input, _neutral, channel, _runner!.Input(slot));
            else Mix(_neutral, input, channel, _runner!.Input(slot));
        }
        _runner!.Run(count);
        for (var slot = 0; slot < count; slot++)
            _outputs[first + slot] = _runner.Output(slot)[0];
    }

    /// <summary>Writes <paramref name="input"/> with one channel taken from <paramref name="other"/>.</summary>
    private void Mix(ReadOnlySpan<float> input, ReadOnlySpan<float> other, int channel, Span<float> mixed)
    {
        input.CopyTo(mixed);
        for (var i = channel; i < mixed.Length; i += Channels)
            mixed[i] = other[i];
    }
}

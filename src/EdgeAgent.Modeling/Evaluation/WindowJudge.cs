using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Cuts windows as a manifest says and lets a model judge them: whatever the layout, one raw number a window.</summary>
internal sealed class WindowJudge(BundleManifest manifest, ModelProto model) : IDisposable
{
    private readonly GraphProbe _probe = new(model, []);

    /// <summary>What a device's model is given: one window for each row from <paramref name="start"/> + calibration on.</summary>
    /// <param name="manifest">Says how.</param>
    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <exception cref="ModelingException">The recording ends before the calibration does.</exception>
    public static WindowSet Cut(BundleManifest manifest, Recording recording, int start = 0)
    {
        if (manifest.CalibratesFeatures)
            throw new ModelingException($"bundle \"{manifest.Name}\" calibrates the features of windows of samples, not readings; play recordings with `edgeagent replay`");
        var readings = manifest.Calibration.Readings;
        var (channels, length) = (manifest.Channels.Count, manifest.Window.Length);
        // The first window ends with the first reading behind the calibration, and must be full by then.
        var learned = Math.Max(readings, length - 1);
        var judged = recording.Rows - start - learned;
        if (judged < 1)
            throw new ModelingException($"{recording.Name}:{Recording.LineOf(recording.Rows - 1)}: the recording ends after {recording.Rows - start} readings; {learned} are for calibration and the first window, and none is left to judge");
        var z = new float[(recording.Rows - start) * channels];
        Calibrated.Write(Calibrated.Learn(manifest, recording, start), recording, start, z);
        var input = new WindowInput(manifest);
        var inputs = new float[judged * input.Length];
        for (var i = 0; i < judged; i++)
            input.Write(z.AsSpan((learned + i + 1 - length) * channels, length * channels), inputs.AsSpan(i * input.Length, input.Length));
        return new WindowSet(inputs, input.Shape);
    }

    /// <summary>Each window's raw number: the model's output, or the mean squared error of its reconstruction.</summary>
    public float[] Raw(WindowSet windows)
    {
        var outputs = _probe.Collect(windows, manifest.Output.Name);
        var length = outputs.Length / windows.Count;
        return [.. Enumerable.Range(0, windows.Count).Select(i => RawOutput.Of(manifest.Output,
            windows.Values.AsSpan(i * windows.Length, windows.Length), outputs.AsSpan(i * length, length)))];
    }

    /// <summary>1 is the threshold.</summary>
    public float Score(float raw) => (raw - manifest.Output.Zero) / (manifest.Output.One - manifest.Output.Zero);

    public void Dispose() => _probe.Dispose();
}

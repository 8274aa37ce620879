using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Cuts windows as a manifest says and lets a model judge them: whatever the layout, one raw number a window.</summary>
internal sealed class WindowJudge(BundleManifest manifest, ModelProto model) : IDisposable
{
    private readonly GraphProbe _probe = new(model, []);

    /// <summary>
    /// What a device's model is given, window by window: those that are due by the manifest, whatever it calibrates. As
    /// nothing is judged, the calibration stays as it was first made.
    /// </summary>
    /// <param name="manifest">Says how.</param>
    /// <param name="recording">The readings; its channels in the manifest's order.</param>
    /// <param name="start">First row that the device sees.</param>
    /// <exception cref="ModelingException">The recording ends before a window is due.</exception>
    public static WindowSet Cut(BundleManifest manifest, Recording recording, int start = 0)
    {
        var device = new Device(recording.Name, ManifestSource.Name, lane: 0);
        var track = new DetectorTrack(device, new LaneDetector(ManifestSource.Detector(manifest), ModelBundle.InMemory(manifest), []));
        var (stage, channels, input) = (new WindowStage(NullLogger.Instance), ManifestSource.Channels(manifest), new WindowInput(manifest));
        var inputs = new List<float>();
        var one = new float[input.Length];
        for (var row = start; row < recording.Rows; row++)
        {
            if (stage.Take(track, recording.Times[row].Ticks, recording.Row(row), channels) != WindowOutcome.Ready) continue;
            if (manifest.CalibratesFeatures)
                track.Calibration.Apply(track.Features, one);
            else
                Write(track, input, one);
            inputs.AddRange(one);
        }
        return inputs.Count > 0
            ? new WindowSet([.. inputs], input.Shape)
            : throw ManifestSource.TooShort(manifest, recording, start, recording.Rows);
    }

    private static void Write(DetectorTrack track, WindowInput input, float[] one)
    {
        var z = new float[track.Window.Values];
        track.Window.CopyTo(z, track.Calibration);
        input.Write(z, one);
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
    public float Score(float raw) => manifest.Output.Score(raw);

    public void Dispose() => _probe.Dispose();
}

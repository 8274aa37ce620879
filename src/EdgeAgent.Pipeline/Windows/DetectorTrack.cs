using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Ingest;

namespace EdgeAgent.Pipeline.Windows;

/// <summary>One device under one detector: calibration, window, and where its decision stands. Owned by a lane.</summary>
internal sealed class DetectorTrack
{
    public DetectorTrack(Device device, LaneDetector detector)
    {
        var manifest = detector.Bundle.Manifest;
        Device = device;
        Detector = detector;
        Calibration = new ChannelCalibration(manifest);
        Window = new SensorWindow(manifest.Window.Length, manifest.Channels.Count);
        LastValues = new float[manifest.Channels.Count];
        Array.Fill(LastValues, float.NaN);
        Decision = new DecisionState(detector.Settings.Smooth);
    }

    public Device Device { get; }
    public LaneDetector Detector { get; }
    public ChannelCalibration Calibration { get; }
    public SensorWindow Window { get; }
    public DecisionState Decision { get; }
    /// <summary>The last known value of each model channel, which stands in for a missing one; NaN: never seen.</summary>
    public float[] LastValues { get; }
    /// <summary>Event time of the last reading taken in.</summary>
    public long LastTicks { get; set; }
    /// <summary>Whether the next judgement has nothing to do with those before it.</summary>
    public bool StartsAnew { get; set; }
    /// <summary>Readings since the last judgement.</summary>
    public int SinceJudged { get; set; }
    /// <summary>Whether it was told that this device lacks channels.</summary>
    public bool MissingTold { get; set; }
}

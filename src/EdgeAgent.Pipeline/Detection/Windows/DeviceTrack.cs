namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>All that a lane knows of one device: its clock and, for each detector of its source, a track.</summary>
internal sealed class DeviceTrack(DetectorTrack[] detectors)
{
    public DeviceClock Clock { get; } = new();
    public DetectorTrack[] Detectors { get; } = detectors;
    /// <summary>Whether a reading of the batch in hand has changed it.</summary>
    public bool IsTouched { get; set; }
}

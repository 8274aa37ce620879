using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// An anomaly that is open, to be shown. A copy; free for all threads. Nothing but readings closes one, so that of a device
/// that fell silent stays open: its last reading's age tells.
/// </summary>
/// <param name="Device">The device.</param>
/// <param name="Detector">The detector.</param>
/// <param name="AnomalyId">What its events carry.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Peak">The worst score so far.</param>
/// <param name="StartedTicks">Event time of its start.</param>
/// <param name="LastReadingTicks">Event time of the device's last reading.</param>
internal sealed record OpenAnomaly(
    string Device, string Detector, string AnomalyId, Severity Severity, float Peak, long StartedTicks, long LastReadingTicks)
{
    /// <summary>The track as it stands. To be called on its lane, while its anomaly is open.</summary>
    public static OpenAnomaly Of(DetectorTrack track) => new(
        track.Device.Name, track.Detector.Options.Name, track.Decision.AnomalyId, track.Decision.Severity, track.Decision.Peak,
        track.Decision.StartedTicks, track.LastTicks);
}

using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device that sends and is judged by no detector, to be shown. Immutable; free for all threads.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Source">The source that brings it.</param>
/// <param name="Detector">The detector that lacks least.</param>
/// <param name="Reason">Why it is not judged.</param>
/// <param name="Why">The same in words that go on from its name: "lacks flow, ...".</param>
internal sealed record UnjudgedDevice(string Device, string Source, string Detector, MissingReason Reason, string Why)
{
    /// <param name="track">A device under at least one detector.</param>
    /// <param name="channels">What its source has.</param>
    public static UnjudgedDevice Of(DeviceTrack track, ChannelNames channels)
    {
        var nearest = track.Detectors.MinBy(MissingChannels.Count)!;
        return new UnjudgedDevice(track.Device.Name, track.Device.Source, nearest.Detector.Options.Name,
            MissingChannels.ReasonOf(nearest), MissingChannels.Describe(nearest, channels));
    }
}

using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>Keeps what a lane knows of its devices through restarts. Belongs to its lane.</summary>
internal interface IDeviceStore
{
    /// <summary>The track of a device that has just sent its first reading: new, or as it was before a restart.</summary>
    DeviceTrack Open(Device device, LaneDetector[] detectors);

    /// <summary>The track of a known device under one more detector: new, or as it was when that detector went.</summary>
    DetectorTrack Open(Device device, LaneDetector detector);

    /// <summary>Keeps what is known of a device under a detector that is gone, for when it is there again.</summary>
    void Close(DetectorTrack track);

    /// <summary>Forgets what is known of a device under a detector: it has made room for another.</summary>
    void Forget(DetectorTrack track);

    /// <summary>Goes on keeping a track whose detector has other settings now.</summary>
    void Continue(DetectorTrack track, DeviceTrack device);

    /// <summary>A reading of the batch in hand has changed the device.</summary>
    void Touch(DeviceTrack device);

    /// <summary>Writes all devices that the batch has changed. Only then may its messages be acknowledged.</summary>
    /// <param name="heardTicks">UTC time of arrival of the newest message.</param>
    void Commit(long heardTicks);
}

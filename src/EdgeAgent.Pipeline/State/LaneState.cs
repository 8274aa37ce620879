using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.State;

/// <summary>
/// What one lane keeps of its devices through restarts. A device goes on where it was when its first reading comes. Belongs
/// to its lane.
/// </summary>
internal sealed partial class LaneState(LaneFile file, Action calibrationChanged, ILogger logger) : IDeviceStore
{
    private readonly Dictionary<(string Detector, string Device), TrackSlot> _before = [];
    private readonly List<DeviceTrack> _touched = new(64);
    private byte[] _buffer = [];

    /// <summary>Keeps what the run before knew of a device, until its first reading comes.</summary>
    public void Keep(SlotImage image) => _before[(image.Detector, image.Device)] = file.Add(image);

    /// <summary>The track of a device that has just sent its first reading.</summary>
    public DeviceTrack Open(Device device, LaneDetector[] detectors)
    {
        ClockSnapshot? clock = null;
        var tracks = detectors.Select(detector => Open(device, detector, ref clock)).ToArray();
        var track = new DeviceTrack(tracks);
        // A kill between two slots leaves one further than the other: the clock must let pass what one of them lacks.
        if (clock is { } before) track.Clock.Snapshot = before;
        return track;
    }

    /// <summary>A reading of the batch in hand has changed the device.</summary>
    public void Touch(DeviceTrack device)
    {
        if (device.IsTouched) return;
        device.IsTouched = true;
        _touched.Add(device);
    }

    /// <summary>Writes all devices that the batch has changed. Only then may its messages be acknowledged.</summary>
    public void Commit(long heardTicks)
    {
        var isNew = false;
        foreach (var device in _touched)
        {
            device.IsTouched = false;
            foreach (var track in device.Detectors)
                isNew |= (track.Slot as TrackSlot)?.Commit(track, device.Clock, heardTicks) == true;
        }
        _touched.Clear();
        if (isNew) calibrationChanged();
    }

    private DetectorTrack Open(Device device, LaneDetector detector, ref ClockSnapshot? clock)
    {
        var track = new DetectorTrack(device, detector);
        var commits = 0L;
        if (_before.Remove((detector.Identity.Detector, device.Name), out var slot))
        {
            var image = SlotImage.Parse(slot.Copy(ref _buffer));
            if (image is not null && !image.HotHead.HasPossibleTimes) image = null;
            if (image is not null && Load(track, image))
            {
                if (clock is null || image.HotHead.Clock.Latest < clock.Value.Latest) clock = image.HotHead.Clock;
                track.SeenTicks = image.HotHead.Clock.Latest;
                track.Slot = slot;
                slot.Continue(track);
                return track;
            }
            file.Remove(slot);
            commits = slot.Commits;
            track = new DetectorTrack(device, detector);
            if (image is not null && LoadCalibration(track, image))
                CalibrationTakenOver(device.Name, detector.Options.Name);
            else
                track = BeginsAnew(device, detector);
        }
        // It goes on counting: a checkpoint of before must not seem the newer one.
        track.Slot = file.Add(track, commits);
        return track;
    }

    private DetectorTrack BeginsAnew(Device device, LaneDetector detector)
    {
        StateNotUsable(device.Name, detector.Options.Name);
        return new DetectorTrack(device, detector);
    }

    private static bool Load(DetectorTrack track, SlotImage image)
    {
        var identity = track.Detector.Identity;
        if (image.Head.Form != TrackCodec.Form || image.Head.Shape != TrackShape.Of(track) || !identity.Model.AsSpan().SequenceEqual(image.Head.Model)
            || !identity.Calibration.AsSpan().SequenceEqual(image.Head.Calibration)) return false;
        TrackCodec.Load(track, image.Hot, image.Cold, image.Rows);
        return TrackCheck.IsPossible(track);
    }

    private static bool LoadCalibration(DetectorTrack track, SlotImage image)
    {
        if (!track.Detector.Identity.Calibration.AsSpan().SequenceEqual(image.Head.Calibration)) return false;
        if (image.Head.Form > TrackCodec.Form || image.Head.ColdBytes < TrackCodec.CalibrationBytes(track) || image.Head.Channels != track.LastValues.Length) return false;
        TrackCodec.LoadCalibration(track, image.HotHead, image.Cold, image.Head.Form);
        return TrackCheck.HasPossibleCalibration(track);
    }

    [LoggerMessage(LogLevel.Information, "{Device} keeps its calibration for {Detector}: the model or the agent has changed, or what else was kept is damaged. Its window fills again")]
    private partial void CalibrationTakenOver(string device, string detector);

    [LoggerMessage(LogLevel.Information, "{Device} calibrates anew for {Detector}: what was kept belongs to another model or is damaged")]
    private partial void StateNotUsable(string device, string detector);
}

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
internal sealed partial class LaneState(SlotFile file, Action calibrationChanged, ILogger logger) : IDeviceStore
{
    private readonly Dictionary<(string Detector, string Device), TrackSlot> _before = [];
    private readonly List<DeviceTrack> _touched = new(64);
    private byte[] _buffer = [];

    /// <summary>Devices whose first reading has not come yet.</summary>
    public int Waiting => _before.Count;

    /// <summary>Keeps what the run before knew of a device where it lies, until its first reading comes. Of two the newer counts.</summary>
    /// <param name="slot">A slot of the lane's file.</param>
    /// <param name="detector">Whose it is.</param>
    /// <param name="device">Whose it is.</param>
    public void Keep(TrackSlot slot, string detector, string device)
    {
        if (!IsNewer(detector, device, slot.Commits)) file.Remove(slot);
        else Take(slot, detector, device);
    }

    /// <summary>Keeps a copy of what was known of a device, unless something as new is kept already.</summary>
    public void Keep(SlotImage image)
    {
        if (IsNewer(image.Detector, image.Device, image.Head.Commits)) Take(file.Add(image), image.Detector, image.Device);
    }

    private bool IsNewer(string detector, string device, long commits) =>
        !_before.TryGetValue((detector, device), out var other) || commits > other.Commits;

    private void Take(TrackSlot slot, string detector, string device)
    {
        if (_before.TryGetValue((detector, device), out var older)) file.Remove(older);
        _before[(detector, device)] = slot;
    }

    /// <summary>The track of a known device under one more detector: new, or as it was when that detector went.</summary>
    public DetectorTrack Open(Device device, LaneDetector detector)
    {
        ClockSnapshot? clock = null;
        return Open(device, detector, ref clock);
    }

    /// <summary>Keeps what is known under a detector that is gone, for when it is there again.</summary>
    public void Close(DetectorTrack track)
    {
        if (track.Slot is TrackSlot slot) _before[(track.Detector.Identity.Detector, track.Device.Name)] = slot;
        track.Slot = null;
    }

    /// <summary>Forgets what is known of a device under a detector: it has made room for another.</summary>
    public void Forget(DetectorTrack track)
    {
        if (track.Slot is TrackSlot slot) file.Remove(slot);
        track.Slot = null;
    }

    /// <summary>Goes on keeping a track whose detector has other settings now.</summary>
    public void Continue(DetectorTrack track, DeviceTrack device)
    {
        if (track.Slot is TrackSlot slot && slot.Shape != TrackShape.Of(track)) MoveTo(track, device.Clock.Snapshot, slot.HeardTicks);
    }

    /// <summary>The track of a device that has just sent its first reading.</summary>
    public DeviceTrack Open(Device device, LaneDetector[] detectors)
    {
        ClockSnapshot? clock = null;
        var tracks = detectors.Select(detector => Open(device, detector, ref clock)).ToArray();
        var track = new DeviceTrack(device, tracks);
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
                isNew |= Commit(track, device, heardTicks);
        }
        _touched.Clear();
        if (isNew) calibrationChanged();
    }

    private bool Commit(DetectorTrack track, DeviceTrack device, long heardTicks)
    {
        track.Decision.ForgetPeak();
        return track.Slot is TrackSlot slot && file.Commit(slot, track, device.Clock.Snapshot, heardTicks);
    }

    private DetectorTrack Open(Device device, LaneDetector detector, ref ClockSnapshot? clock)
    {
        var track = new DetectorTrack(device, detector);
        var commits = 0L;
        if (_before.Remove((detector.Identity.Detector, device.Name), out var slot))
        {
            var bytes = slot.Copy(ref _buffer).Length;
            var image = SlotImage.Parse(_buffer, bytes);
            if (image is not null && !image.HotHead.HasPossibleTimes) image = null;
            if (image is not null && Load(track, image))
            {
                if (clock is null || image.HotHead.Clock.Latest < clock.Value.Place.Latest) clock = ClockOf(image);
                track.SeenTicks = image.HotHead.Clock.Latest;
                track.Slot = slot;
                slot.Continue(track);
                if (image.Head.Shape != TrackShape.Of(track) || image.Head.Form != TrackCodec.Form)
                    MoveTo(track, ClockOf(image), image.HotHead.HeardTicks);
                return track;
            }
            track = new DetectorTrack(device, detector);
            if (image is not null && LoadCalibration(track, image))
            {
                CalibrationTakenOver(device.Name, detector.Options.Name);
                // At once: the detector may change again, or the agent stop, before the device's next reading.
                track.Slot = slot;
                MoveTo(track, ClockOf(image), image.HotHead.HeardTicks);
                return track;
            }
            file.Remove(slot);
            commits = slot.Commits;
            track = BeginsAnew(device, detector);
        }
        // It goes on counting: a checkpoint of before must not seem the newer one.
        track.Slot = file.Add(track, commits);
        return track;
    }

    /// <summary>Gives a track a slot of its new kind. A kill in between leaves both, of which the newer one counts.</summary>
    private void MoveTo(DetectorTrack track, in ClockSnapshot clock, long heardTicks)
    {
        var before = (TrackSlot)track.Slot!;
        var next = file.Add(track, before.Commits);
        if (next is not null) file.Commit(next, track, clock, heardTicks);
        track.Slot = next;
        file.Remove(before);
    }

    private DetectorTrack BeginsAnew(Device device, LaneDetector detector)
    {
        StateNotUsable(device.Name, detector.Options.Name);
        return new DetectorTrack(device, detector);
    }

    private static bool Load(DetectorTrack track, SlotImage image)
    {
        var identity = track.Detector.Identity;
        if (image.Head.Form is < 1 or > TrackCodec.Form || !IsShapeOf(track, image.Head)
            || !identity.Model.AsSpan().SequenceEqual(image.Head.Model)
            || !identity.Calibration.AsSpan().SequenceEqual(image.Head.Calibration)) return false;
        TrackCodec.Load(track, image.Hot, image.Cold, image.Rows, image.Head.Form);
        return TrackCheck.IsPossible(track);
    }

    private static ClockSnapshot ClockOf(SlotImage image) =>
        new() { Place = image.HotHead.Clock, Memory = TrackCodec.ClockOf(image.Hot, image.Head.Form) };

    /// <summary>How many scores are smoothed over, and how many states are kept, may have changed.</summary>
    private static bool IsShapeOf(DetectorTrack track, in ImageHead head)
    {
        var recentBytes = TrackCodec.RecentBytes(track, head.HotBytes, head.Form);
        return recentBytes >= 0 && recentBytes % sizeof(float) == 0
            && TrackCodec.IsColdSize(track, head.ColdBytes, head.Form)
            && head.Channels == track.LastValues.Length && head.Length == track.Window.Length;
    }

    private static bool LoadCalibration(DetectorTrack track, SlotImage image)
    {
        if (!track.Detector.Identity.Calibration.AsSpan().SequenceEqual(image.Head.Calibration)) return false;
        if (image.Head.Form > TrackCodec.Form || image.Head.ColdBytes < TrackCodec.CalibrationBytes(track, image.Head.Form)
            || image.Head.Channels != track.LastValues.Length) return false;
        TrackCodec.LoadCalibration(track, image.HotHead, image.Cold, image.Head.Form);
        return TrackCheck.HasPossibleCalibration(track);
    }

    [LoggerMessage(
        LogLevel.Information,
        "{Device} keeps its calibration for {Detector}: the model or the agent has changed, or what else was kept is damaged. Its window "
            + "fills again")]
    private partial void CalibrationTakenOver(string device, string detector);

    [LoggerMessage(LogLevel.Information, "{Device} calibrates anew for {Detector}: what was kept belongs to another model or is damaged")]
    private partial void StateNotUsable(string device, string detector);
}

using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Scoring;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// The way of a reading to its decision, for the devices that belong to this lane. Everything below is owned by one thread at a
/// time, so nothing is locked.
/// </summary>
internal sealed class Lane : IDisposable
{
    /// <summary>
    /// What a device has instead of a track when it is not to be heard of again; its last batches may still be on their way.
    /// </summary>
    private static readonly object Gone = new();

    private readonly WindowStage _windows;
    private readonly DeviceFeed _devices;
    private readonly List<DeviceTrack> _tracks = [];
    private readonly LaneReceipts _receipts = new();
    private readonly IEventSink _sink;
    private readonly IJudgementObserver? _observer;
    private readonly IDeviceStore? _state;
    private readonly IAlarmOutput? _alarms;
    private readonly ILogger _logger;
    private volatile LaneModels _models;

    /// <param name="setup">What it judges with.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="logger">Told of devices that are not judged.</param>
    /// <param name="observer">Hears of every judgement.</param>
    /// <param name="alarms">Shown what stands.</param>
    /// <param name="state">Keeps devices through restarts; null: nothing does.</param>
    public Lane(
        DetectionSetup setup, IEventSink sink, ILogger logger, IJudgementObserver? observer = null, IAlarmOutput? alarms = null,
        IDeviceStore? state = null)
    {
        (_sink, _logger, _observer, _alarms, _state) = (sink, logger, observer, alarms, state);
        _windows = new WindowStage(logger);
        _devices = new DeviceFeed(Counters, Unjudged, Displaced, Ahead, new DetectorFeed(_windows, _receipts, sink), observer, state);
        _models = new LaneModels(setup, StageOf);
    }

    public LaneCounters Counters { get; } = new();
    public UnjudgedDevices Unjudged { get; } = new();
    public DisplacedDevices Displaced { get; } = new();

    /// <summary>Devices whose times are of the future.</summary>
    public AheadDevices Ahead { get; } = new();
    public IEnumerable<LaneDetector> Detectors => _models.Detectors;
    public LaneModels Models => _models;
    /// <summary>The devices heard of so far. For the lane's thread alone.</summary>
    public IReadOnlyList<DeviceTrack> Tracks => _tracks;

    /// <summary>Whether an event might have to wait for room now.</summary>
    public bool MayBlock => _sink.MayBlock;

    /// <summary>Takes a batch of readings all the way, and sees to their acknowledgement.</summary>
    public void Take(RowBatch batch)
    {
        _receipts.Begin(batch);
        if (batch.Leaving.Count > 0) Leave(batch);
        var messages = batch.Messages;
        for (var i = 0; i < messages.Length; i++)
            Take(messages[i], batch, i);
        Judge();
        // Before anything is acknowledged: what the broker will not repeat must be kept.
        if (messages.Length > 0) _state?.Commit(batch.ArrivalTicks);
        _receipts.Complete();
    }

    /// <summary>Takes one reading for which nobody waits, as recordings bring them.</summary>
    public void Take(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels)
    {
        Counters.Received++;
        var row = new IncomingRow { TimeTicks = timeTicks, Values = values, Channels = channels, MessageIndex = 0, SeenUpTo = null };
        _devices.Take(_models, TrackOf(device)!, row);
    }

    /// <summary>Takes what was put aside for its times: no more readings will come. Recordings end so.</summary>
    public void TakeHeld()
    {
        foreach (var track in _tracks)
            _devices.TakeHeld(_models, track);
        Judge();
    }

    /// <summary>Makes a device learn anew what is normal. To be called on the lane's thread, between two batches.</summary>
    public void ResetCalibration(DetectorTrack track)
    {
        _windows.ResetCalibration(track);
        if (_state is null || track.Device.LaneData is not DeviceTrack device) return;
        _state.Touch(device);
        _state.Commit(DateTime.UtcNow.Ticks);
    }

    /// <summary>
    /// Makes what the lane would judge with, beside what it judges with now, with which it shares what is unchanged. For any thread.
    /// </summary>
    public LaneModels Prepare(DetectionSetup setup) => new(setup, StageOf, _models);

    /// <summary>Disposes what was prepared and is not wanted. For any thread.</summary>
    public void Discard(LaneModels prepared) => prepared.DisposeAllBut(_models);

    /// <summary>
    /// Goes on with other detectors: windows, calibrations and open anomalies of those that are the same in kind go on with them.
    /// An anomaly of one that is gone, or has another model, is closed. To be called on the lane's thread, between two batches.
    /// </summary>
    /// <param name="next">What was prepared last.</param>
    /// <param name="isGone">Whether a device will not be heard of again.</param>
    public void Change(LaneModels next, Func<Device, bool> isGone)
    {
        var before = _models;
        foreach (var device in _tracks)
            CloseWhatEnds(device, isGone(device.Device) ? [] : next.Of(device.Device.Source), before);
        _state?.Commit(DateTime.UtcNow.Ticks);
        foreach (var device in _tracks)
            Follow(device, isGone(device.Device) ? [] : next.Of(device.Device.Source));
        _tracks.RemoveAll(Leaves);
        Unjudged.BeginAnew(_tracks);
        _models = next;
        before.DisposeAllBut(next);

        bool Leaves(DeviceTrack device)
        {
            if (!isGone(device.Device)) return false;
            _devices.Leave(device);
            device.Device.LaneData = Gone;
            return true;
        }
    }

    /// <summary>
    /// Gives up devices that have made room for others, before the batch's own messages. What is open of them is closed.
    /// </summary>
    private void Leave(RowBatch batch)
    {
        foreach (var device in batch.Leaving)
        {
            if (device.LaneData is DeviceTrack track)
            {
                _devices.Leave(track);
                CloseWhatEnds(track, [], _models);
                Unjudged.Leave(track);
            }
        }
        // What is closed is kept until it is safe, then the slot is another's.
        _state?.Commit(batch.ArrivalTicks);
        foreach (var device in batch.Leaving)
        {
            if (device.LaneData is DeviceTrack track)
            {
                foreach (var detector in track.Detectors) _state?.Forget(detector);
                _tracks.Remove(track);
            }
            device.LaneData = Gone;
        }
    }

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge() => _models.Judge();

    public void Dispose() => _models.Dispose();

    private void Take(in MessageRows message, RowBatch batch, int index)
    {
        Counters.Received++;
        if (TrackOf(message.Device) is { } track) _devices.Take(_models, track, message, batch, index);
        else Counters.Filter(FilterReason.NoDetector, message.Device);
    }

    private InferenceStage StageOf(OnnxModel model, TimeSpan runLimit) =>
        new(model, runLimit, new DecisionStage(model, runLimit, _sink, _receipts, Counters, _observer, _alarms), Counters, _logger);

    /// <summary>The detector that a track goes on under; null: none.</summary>
    private static LaneDetector? Successor(DetectorTrack track, LaneDetector[] next) =>
        Array.Find(next, d => d == track.Detector || d.Identity.IsSame(track.Detector.Identity));

    private void CloseWhatEnds(DeviceTrack device, LaneDetector[] next, LaneModels before)
    {
        foreach (var track in device.Detectors)
        {
            if (!track.Decision.IsOpen || Successor(track, next) is not null) continue;
            var reason = Array.Exists(next, d => d.Options.Name == track.Detector.Options.Name) ? "replaced" : "removed";
            // No message waits for it: its time is that of the last reading.
            before.StageOf(track.Detector).CloseBecause(track, track.LastTicks, messageIndex: 0, reason);
            _state?.Touch(device);
        }
    }

    private void Follow(DeviceTrack device, LaneDetector[] next)
    {
        foreach (var track in device.Detectors)
            if (Successor(track, next) is null) _state?.Close(track);
        device.Detectors = [.. next.Select(TrackUnder)];

        DetectorTrack TrackUnder(LaneDetector detector)
        {
            var track = Array.Find(device.Detectors, t => Successor(t, [detector]) is not null);
            if (track is null) return Counted(_state?.Open(device.Device, detector) ?? new DetectorTrack(device.Device, detector));
            if (track.Detector == detector) return track;
            track.Continue(detector);
            _state?.Continue(track, device);
            return track;
        }
    }

    private DeviceTrack? TrackOf(Device device) => device.LaneData as DeviceTrack ?? (device.LaneData == Gone ? null : NewTrack(device));

    private DeviceTrack NewTrack(Device device)
    {
        var detectors = _models.Of(device.Source);
        var track = _state?.Open(device, detectors) ?? new DeviceTrack(device, [.. detectors.Select(d => new DetectorTrack(device, d))]);
        _tracks.Add(track);
        device.LaneData = track;
        foreach (var detector in track.Detectors)
            Counted(detector);
        return track;
    }

    /// <summary>What was kept of a device may have an open anomaly.</summary>
    private static DetectorTrack Counted(DetectorTrack track)
    {
        if (track.Decision.IsOpen) track.Detector.Counters.Open++;
        return track;
    }
}

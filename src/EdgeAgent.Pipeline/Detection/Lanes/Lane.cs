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
        _models = new LaneModels(setup, StageOf);
    }

    public LaneCounters Counters { get; } = new();
    public UnjudgedDevices Unjudged { get; } = new();
    public IEnumerable<LaneDetector> Detectors => _models.Detectors;
    public IEnumerable<InferenceStage> Stages => _models.Stages;
    /// <summary>The devices heard of so far. For the lane's thread alone.</summary>
    public IReadOnlyList<DeviceTrack> Tracks => _tracks;

    /// <summary>Whether an event might have to wait for room now.</summary>
    public bool MayBlock => _sink.MayBlock;

    /// <summary>Takes a batch of readings all the way, and sees to their acknowledgement.</summary>
    public void Take(RowBatch batch)
    {
        _receipts.Begin(batch);
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
        var track = TrackOf(device)!;
        if (TryPlace(track, timeTicks, mayRepeat: false, messageIndex: 0))
            Count(track, TakeReading(device, track, timeTicks, values, channels, messageIndex: 0, seenUpTo: null));
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
            device.Device.LaneData = Gone;
            return true;
        }
    }

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge() => _models.Judge();

    public void Dispose() => _models.Dispose();

    /// <summary>
    /// Takes a message's readings of one device. They have their place together, by the newest. As blocks come from clocks that tick
    /// apart, one may begin a little before the end of the last; time stands still then.
    /// </summary>
    private void Take(in MessageRows message, RowBatch batch, int index)
    {
        Counters.Received++;
        if (TrackOf(message.Device) is not { } track)
        {
            Counters.Filter(FilterReason.NoDetector, message.Device);
            return;
        }
        var rows = batch.Rows(message);
        var newest = rows[^1].TimeTicks;
        var before = track.Clock.Latest;
        if (!TryPlace(track, newest, message.MayRepeat, index)) return;
        var earliest = before <= newest ? before : long.MinValue;
        var outcome = WindowOutcome.LacksChannel;
        foreach (var row in rows)
            outcome = TakeReading(message.Device, track, Math.Max(earliest, row.TimeTicks), batch.Values(row), batch.Channels, index,
                seenUpTo: message.MayRepeat ? newest : null);
        Count(track, outcome);
        Unjudged.Note(track, outcome, batch.Values(rows[^1]), batch.Channels, batch.ArrivalTicks);
    }

    /// <param name="device">Where it comes from.</param>
    /// <param name="track">What is known of the device.</param>
    /// <param name="timeTicks">The reading's event time.</param>
    /// <param name="values">One a channel.</param>
    /// <param name="channels">What they are.</param>
    /// <param name="messageIndex">Its message in the batch.</param>
    /// <param name="seenUpTo">Of a message that comes again, its event time: a detector that went on warm may have seen it.</param>
    private WindowOutcome TakeReading(
        Device device, DeviceTrack track, long timeTicks, ReadOnlySpan<float> values,
        ChannelNames channels, int messageIndex, long? seenUpTo)
    {
        _observer?.Arrived(device, timeTicks, values, channels);
        _state?.Touch(track);
        var outcome = WindowOutcome.LacksChannel;
        foreach (var detector in track.Detectors)
        {
            if (seenUpTo <= detector.SeenTicks)
            {
                outcome = WindowOutcome.Held;
                Repeat(messageIndex);
                continue;
            }
            if (_models.KeepsOut(detector, timeTicks, messageIndex))
            {
                if (outcome == WindowOutcome.LacksChannel) outcome = WindowOutcome.KeptOut;
                continue;
            }
            var taken = _windows.Take(detector, timeTicks, values, channels);
            if (taken == WindowOutcome.LacksChannel) continue;
            outcome = taken;
            if (taken == WindowOutcome.Ready)
                _models.StageOf(detector.Detector).Take(detector, timeTicks, messageIndex, values);
            if (detector.Renewal is { IsBlockFull: true }) SettleBlock(detector, timeTicks, messageIndex);
        }
        return outcome;
    }

    private void Count(DeviceTrack track, WindowOutcome outcome)
    {
        if (track.Detectors.Length == 0)
            Counters.Filter(FilterReason.NoDetector, track.Device);
        else if (outcome == WindowOutcome.KeptOut)
            Counters.Filter(FilterReason.Gate, track.Device);
        else if (outcome == WindowOutcome.LacksChannel)
            Counters.Filter(FilterReason.LacksChannel, track.Device);
        else
            Counters.Windowed++;
    }

    /// <summary>
    /// Whether a block of readings is learned depends on their judgements, so all that wait are judged first: then the
    /// calibration changes between the same two readings, however they were batched.
    /// </summary>
    private void SettleBlock(DetectorTrack track, long timeTicks, int messageIndex)
    {
        var stage = _models.StageOf(track.Detector);
        stage.Run();
        var outcome = track.Renewal!.Settle(track.Decision.IsOpen);
        if (outcome == RenewalOutcome.Adopted) stage.CloseBecause(track, timeTicks, messageIndex, "adopted");
        if (outcome != RenewalOutcome.Nothing) _windows.Renew(track, outcome);
    }

    private bool TryPlace(DeviceTrack track, long timeTicks, bool mayRepeat, int messageIndex)
    {
        switch (track.Clock.Judge(timeTicks, mayRepeat))
        {
            case Arrival.Late:
                Counters.Filter(FilterReason.Late, track.Device);
                return false;
            case Arrival.Duplicate:
                Counters.Filter(FilterReason.Duplicate, track.Device);
                // Its first copy is in the window, but what that caused may still be on its way to safety.
                Repeat(messageIndex);
                return false;
            case Arrival.ClockSetBack:
                Counters.ClockSetBack++;
                foreach (var detector in track.Detectors)
                    WindowStage.StartAnew(detector);
                return true;
            default:
                return true;
        }
    }

    private void Repeat(int messageIndex)
    {
        if (_receipts.Of(messageIndex) is { } receipt) _sink.Repeat(receipt);
    }

    private InferenceStage StageOf(OnnxModel model) =>
        new(model, new DecisionStage(model, _sink, _receipts, Counters, _observer, _alarms), Counters, _logger);

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

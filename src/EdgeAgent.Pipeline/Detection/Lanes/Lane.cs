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
    private readonly LaneModels _models;
    private readonly WindowStage _windows;
    private readonly List<DeviceTrack> _tracks = [];
    private readonly LaneReceipts _receipts = new();
    private readonly IEventSink _sink;
    private readonly IJudgementObserver? _observer;
    private readonly IDeviceStore? _state;

    public Lane(
        DetectionOptions options, IReadOnlyDictionary<string, OnnxModel> models, IEventSink sink, ILogger logger, IJudgementObserver? observer = null, IAlarmOutput? alarms = null, IDeviceStore? state = null,
        IReadOnlyDictionary<string, IGate>? gates = null)
    {
        _state = state;
        _sink = sink;
        _observer = observer;
        _windows = new WindowStage(logger);
        _models = new LaneModels(options, models, model => new DecisionStage(model, sink, _receipts, Counters, observer, alarms), Counters, logger, gates);
    }

    public LaneCounters Counters { get; } = new();
    public IEnumerable<LaneDetector> Detectors => _models.Detectors;
    public IReadOnlyList<InferenceStage> Stages => _models.Stages;
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
        var track = TrackOf(device);
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
        var track = TrackOf(message.Device);
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
    }

    /// <param name="device">Where it comes from.</param>
    /// <param name="track">What is known of the device.</param>
    /// <param name="timeTicks">The reading's event time.</param>
    /// <param name="values">One a channel.</param>
    /// <param name="channels">What they are.</param>
    /// <param name="messageIndex">Its message in the batch.</param>
    /// <param name="seenUpTo">Of a message that comes again, its event time: a detector that went on warm may have seen it.</param>
    private WindowOutcome TakeReading(
        Device device, DeviceTrack track, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels, int messageIndex, long? seenUpTo)
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
            Counters.FilteredNoDetector++;
        else if (outcome == WindowOutcome.KeptOut)
            Counters.FilteredGate++;
        else if (outcome == WindowOutcome.LacksChannel)
            Counters.FilteredLacksChannel++;
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
                Counters.FilteredLate++;
                return false;
            case Arrival.Duplicate:
                Counters.FilteredDuplicate++;
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

    private DeviceTrack TrackOf(Device device) => device.LaneData as DeviceTrack ?? NewTrack(device);

    private DeviceTrack NewTrack(Device device)
    {
        var detectors = _models.Of(device.Source);
        var track = _state?.Open(device, detectors) ?? new DeviceTrack([.. detectors.Select(d => new DetectorTrack(device, d))]);
        _tracks.Add(track);
        device.LaneData = track;
        foreach (var detector in track.Detectors)
            if (detector.Decision.IsOpen) detector.Detector.Counters.Open++;
        return track;
    }
}

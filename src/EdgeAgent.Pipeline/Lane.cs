using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Decode;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Inference;
using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.State;
using EdgeAgent.Pipeline.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// The way of a reading from payload to decision, for the devices that belong to this lane. Everything below is owned
/// by one thread, so nothing is locked.
/// </summary>
internal sealed class Lane : IDisposable
{
    private readonly JsonDecoder[] _decoders;
    private readonly LaneModels _models;
    private readonly WindowStage _windows;
    private readonly List<DeviceTrack> _tracks = [];
    private readonly LaneReceipts _receipts = new();
    private readonly DeadLetter _deadLetter;
    private readonly IEventSink _sink;
    private readonly IJudgementObserver? _observer;
    private readonly LaneState? _state;

    public Lane(
        AgentOptions options, IReadOnlyDictionary<string, OnnxModel> models, IEventSink sink, DeadLetter deadLetter,
        ILogger logger, IJudgementObserver? observer = null, IAlarmOutput? alarms = null, LaneState? state = null,
        IReadOnlyDictionary<string, IGate>? gates = null)
    {
        _state = state;
        _deadLetter = deadLetter;
        _sink = sink;
        _observer = observer;
        _windows = new WindowStage(logger);
        _decoders = [.. options.Sources.Select(s => new JsonDecoder(s))];
        _models = new LaneModels(options, models, model => new DecisionStage(model, sink, _receipts, Counters, observer, alarms), Counters, logger, gates);
    }

    public LaneCounters Counters { get; } = new();
    public IEnumerable<LaneDetector> Detectors => _models.Detectors;
    public IReadOnlyList<InferenceStage> Stages => _models.Stages;
    /// <summary>The devices heard of so far. For the lane's thread alone.</summary>
    public IReadOnlyList<DeviceTrack> Tracks => _tracks;

    /// <summary>Takes a batch of messages all the way, and sees to their acknowledgement.</summary>
    public void Take(MessageBatch batch)
    {
        _receipts.Begin(batch);
        var messages = batch.Messages;
        for (var i = 0; i < messages.Length; i++)
            Decode(messages[i], batch.Payload(messages[i]), i);
        Judge();
        // Before anything is acknowledged: what the broker will not repeat must be kept.
        if (messages.Length > 0) _state?.Commit(messages[^1].ArrivalTicks);
        _receipts.Complete();
    }

    /// <summary>Takes a reading that is decoded already, as recordings bring them.</summary>
    public void Take(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelTable channels)
    {
        Counters.Received++;
        var track = device.Track ??= NewTrack(device);
        if (TryPlace(track, timeTicks, redelivered: false, messageIndex: 0))
            Count(track, TakeReading(device, track, timeTicks, values, channels, messageIndex: 0, seenUpTo: null));
    }

    /// <summary>Makes a device learn anew what is normal. To be called on the lane's thread, between two batches.</summary>
    public void ResetCalibration(DetectorTrack track)
    {
        _windows.ResetCalibration(track);
        if (_state is null || track.Device.Track is not { } device) return;
        _state.Touch(device);
        _state.Commit(DateTime.UtcNow.Ticks);
    }

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge() => _models.Judge();

    public void Dispose() => _models.Dispose();

    private void Decode(in Message message, ReadOnlySpan<byte> payload, int index)
    {
        Counters.Received++;
        var decoder = _decoders[message.Device.Source];
        var failure = decoder.Decode(payload, message.ArrivalTicks);
        if (failure == DecodeFailure.None)
        {
            TakeRows(message, decoder, index);
            return;
        }
        Counters.DeadLettered++;
        _deadLetter.Add(failure, message.Device.Name, payload);
    }

    /// <summary>
    /// Takes a message's readings, many where its channels are arrays. They have their place together, by the newest. As
    /// blocks come from clocks that tick apart, one may begin a little before the end of the last; time stands still then.
    /// </summary>
    private void TakeRows(in Message message, JsonDecoder decoder, int index)
    {
        var track = message.Device.Track ??= NewTrack(message.Device);
        var before = track.Clock.Latest;
        if (!TryPlace(track, decoder.TimeTicks, message.Redelivered, index)) return;
        var earliest = before <= decoder.TimeTicks ? before : long.MinValue;
        var outcome = WindowOutcome.LacksChannel;
        for (var row = 0; row < decoder.Rows; row++)
        {
            decoder.MoveTo(row);
            outcome = TakeReading(message.Device, track, Math.Max(earliest, decoder.RowTicks(row)), decoder.Values, decoder.Channels, index,
                seenUpTo: message.Redelivered ? decoder.TimeTicks : null);
        }
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
        Device device, DeviceTrack track, long timeTicks, ReadOnlySpan<float> values, ChannelTable channels, int messageIndex, long? seenUpTo)
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

    private bool TryPlace(DeviceTrack track, long timeTicks, bool redelivered, int messageIndex)
    {
        switch (track.Clock.Judge(timeTicks, redelivered))
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

    private DeviceTrack NewTrack(Device device)
    {
        var detectors = _models.Of(device.Source);
        var track = _state?.Open(device, detectors) ?? new DeviceTrack([.. detectors.Select(d => new DetectorTrack(device, d))]);
        _tracks.Add(track);
        foreach (var detector in track.Detectors)
            if (detector.Decision.IsOpen) detector.Detector.Counters.Open++;
        return track;
    }
}

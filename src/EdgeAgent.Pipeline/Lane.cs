using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Decisions;
using EdgeAgent.Pipeline.Decode;
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
    private readonly LaneDetector[][] _detectorsOfSource;
    private readonly Dictionary<LaneDetector, InferenceStage> _inference = [];
    private readonly InferenceStage[] _stages;
    private readonly WindowStage _windows;
    private readonly List<DeviceTrack> _tracks = [];
    private readonly LaneReceipts _receipts = new();
    private readonly DeadLetter _deadLetter;
    private readonly IEventSink _sink;
    private readonly IJudgementObserver? _observer;
    private readonly LaneState? _state;

    public Lane(
        AgentOptions options, IReadOnlyDictionary<string, OnnxModel> models, IEventSink sink, DeadLetter deadLetter,
        ILogger logger, IJudgementObserver? observer = null, IAlarmOutput? alarms = null, LaneState? state = null)
    {
        _state = state;
        _deadLetter = deadLetter;
        _sink = sink;
        _observer = observer;
        _windows = new WindowStage(logger);
        _decoders = [.. options.Sources.Select(s => new JsonDecoder(s))];
        var stages = new Dictionary<OnnxModel, InferenceStage>();
        _detectorsOfSource = [.. options.Sources.Select(s => options.Detectors.Where(d => d.Source == s.Name).Select(Build).ToArray())];
        _stages = [.. stages.Values];

        LaneDetector Build(DetectorOptions detector)
        {
            var model = models[detector.Model];
            if (!stages.TryGetValue(model, out var stage))
            {
                var decisions = new DecisionStage(model, sink, _receipts, Counters, observer, alarms);
                stages[model] = stage = new InferenceStage(model, decisions, Counters, logger);
            }
            var rules = options.Rules.Where(r => r.Detector is null || r.Detector == detector.Name);
            var built = new LaneDetector(detector, model.Bundle, rules);
            _inference[built] = stage;
            return built;
        }
    }

    public LaneCounters Counters { get; } = new();
    public IEnumerable<LaneDetector> Detectors => _inference.Keys;
    public IReadOnlyList<InferenceStage> Stages => _stages;
    /// <summary>The devices heard of so far. For the lane's thread alone.</summary>
    public IReadOnlyList<DeviceTrack> Tracks => _tracks;

    /// <summary>Has a device learn anew what is normal. On the lane's thread only.</summary>
    public void ResetCalibration(DetectorTrack track) => _windows.ResetCalibration(track);

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
        TakeReading(device, timeTicks, redelivered: false, values, channels, messageIndex: 0);
    }

    /// <summary>Makes a device learn anew what is normal. To be called on the lane's thread, between two batches.</summary>
    public void ResetCalibration(Device device)
    {
        if (device.Track is not { } track) return;
        foreach (var detector in track.Detectors)
            _windows.ResetCalibration(detector);
        _state?.Touch(track);
        _state?.Commit(DateTime.UtcNow.Ticks);
    }

    /// <summary>Judges all windows that are ready.</summary>
    public void Judge()
    {
        foreach (var stage in _stages)
            stage.Run();
    }

    public void Dispose()
    {
        foreach (var stage in _stages)
            stage.Dispose();
    }

    private void Decode(in Message message, ReadOnlySpan<byte> payload, int index)
    {
        Counters.Received++;
        var decoder = _decoders[message.Device.Source];
        var failure = decoder.Decode(payload, message.ArrivalTicks);
        if (failure == DecodeFailure.None)
        {
            TakeReading(message.Device, decoder.TimeTicks, message.Redelivered, decoder.Values, decoder.Channels, index);
            return;
        }
        Counters.DeadLettered++;
        _deadLetter.Add(failure, message.Device.Name, payload);
    }

    private void TakeReading(
        Device device, long timeTicks, bool redelivered, ReadOnlySpan<float> values, ChannelTable channels, int messageIndex)
    {
        var track = device.Track ??= NewTrack(device);
        if (!TryPlace(track, timeTicks, redelivered, messageIndex)) return;
        _observer?.Arrived(device, timeTicks, values, channels);
        _state?.Touch(track);
        var outcome = WindowOutcome.LacksChannel;
        foreach (var detector in track.Detectors)
        {
            if (redelivered && timeTicks <= detector.SeenTicks)
            {
                outcome = WindowOutcome.Held;
                Repeat(messageIndex);
                continue;
            }
            var taken = _windows.Take(detector, timeTicks, values, channels);
            if (taken == WindowOutcome.LacksChannel) continue;
            outcome = taken;
            if (taken == WindowOutcome.Ready)
                _inference[detector.Detector].Take(detector, timeTicks, messageIndex, values);
            if (detector.Renewal is { IsBlockFull: true }) SettleBlock(detector, timeTicks, messageIndex);
        }
        if (track.Detectors.Length == 0)
            Counters.FilteredNoDetector++;
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
        var stage = _inference[track.Detector];
        stage.Run();
        var outcome = track.Renewal!.Settle(track.Decision.IsOpen);
        if (outcome == RenewalOutcome.Adopted) stage.CloseAdopted(track, timeTicks, messageIndex);
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
        var detectors = _detectorsOfSource[device.Source];
        var track = _state?.Open(device, detectors) ?? new DeviceTrack([.. detectors.Select(d => new DetectorTrack(device, d))]);
        _tracks.Add(track);
        return track;
    }
}

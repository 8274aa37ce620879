using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Detection.Windows.Joining;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// Brings a device's rows to one of its detectors: what makes a reading goes into the window, and what is ready to its model.
/// Belongs to one lane.
/// </summary>
/// <param name="windows">Takes the readings.</param>
/// <param name="receipts">The messages of the batch in hand.</param>
/// <param name="sink">Holds messages back that come again.</param>
internal sealed class DetectorFeed(WindowStage windows, LaneReceipts receipts, IEventSink sink)
{
    /// <summary>Rows without any channel of the model that a device may send before it is told that it lacks them all.</summary>
    private const int RowsWithoutLimit = 3;

    private float[] _row = new float[16];
    private float[] _reading = new float[16];

    /// <summary>Takes a row that is in order.</summary>
    public WindowOutcome Take(LaneModels models, DetectorTrack track, in IncomingRow row)
    {
        var mode = track.Detector.Reading.Mode;
        if (track.Joiner is not { } joiner || mode == ReadingMode.Message)
        {
            if (row.SeenUpTo <= track.SeenTicks) return Repeated(row);
            if (models.KeepsOut(track, row.TimeTicks, row.MessageIndex)) return WindowOutcome.KeptOut;
            return Concerns(track, row) ? TakeAsItIs(models, track, row) : TakeOther(track, row);
        }
        var values = Arrange(track, row, out var present);
        var isWhole = present == values.Length && mode == ReadingMode.Auto;
        // Of parts each channel knows its own time.
        if ((isWhole || present == 0) && row.SeenUpTo <= track.SeenTicks) return Repeated(row);
        if (models.KeepsOut(track, row.TimeTicks, row.MessageIndex)) return WindowOutcome.KeptOut;
        if (present == 0) return TakeOther(track, row);
        if (isWhole) return TakeWhole(models, track, joiner, row);
        if (row.SeenUpTo is not null && joiner.KeepNewer(values, row.TimeTicks) == 0) return Repeated(row);
        return mode == ReadingMode.Sampled ? TakeSampled(models, track, joiner, row, values) : TakePart(models, track, joiner, row, values);
    }

    /// <summary>Whether a row has anything for the model; a status message has not.</summary>
    public static bool Concerns(DetectorTrack track, in IncomingRow row)
    {
        // Where each message is a reading, one without values is. That a chosen channel is missing tells of a sensor's new name.
        if (track.Detector.Reading.Mode == ReadingMode.Message || track.Pick is not null) return true;
        foreach (var position in track.Detector.Positions(row.Channels))
            if (position >= 0 && position < row.Values.Length && !float.IsNaN(row.Values[position])) return true;
        return false;
    }

    /// <summary>Takes a row that has nothing for the model.</summary>
    public WindowOutcome TakeOther(DetectorTrack track, in IncomingRow row)
    {
        NoteForRules(track, row);
        var hasCome = Array.Exists(track.LastValues, v => !float.IsNaN(v)) || track.Joiner is { HasCome: true };
        if (!hasCome && ++track.RowsWithout == RowsWithoutLimit) windows.TellMissing(track, row.Values, row.Channels);
        return WindowOutcome.LacksChannel;
    }

    /// <summary>
    /// Takes what a row that is older than the device's latest still brings: channels that have times of their own may come later
    /// than younger ones of others. False where nothing of it is of use.
    /// </summary>
    public bool TryTakeOlder(LaneModels models, DetectorTrack track, in IncomingRow row)
    {
        var reading = track.Detector.Reading;
        if (track.Joiner is not { } joiner || reading.Mode == ReadingMode.Message || track.Detector.Gate is { IsOpen: false }) return false;
        var values = Arrange(track, row, out var present);
        if (present == 0 || (present == values.Length && reading.Mode == ReadingMode.Auto)) return false;
        if (joiner.KeepNewer(values, row.TimeTicks) == 0) return false;
        NoteForRules(track, row);
        if (reading.Mode != ReadingMode.Sampled && joiner.IsOpen && row.TimeTicks > joiner.Emitted && joiner.Fits(values, row.TimeTicks))
            Join(models, track, joiner, row, values);
        else
            Remember(track, joiner, values, row.TimeTicks);
        return true;
    }

    /// <summary>A message that comes again waits for all events that are not safe: one of them may be its own.</summary>
    public void Repeat(int messageIndex)
    {
        if (receipts.Of(messageIndex) is { } receipt) sink.Repeat(receipt);
    }

    private WindowOutcome Repeated(in IncomingRow row)
    {
        Repeat(row.MessageIndex);
        return WindowOutcome.Held;
    }

    private WindowOutcome TakeAsItIs(LaneModels models, DetectorTrack track, in IncomingRow row) =>
        Judge(models, track, row, row.TimeTicks, row.Values, windows.Take(track, row.TimeTicks, row.Values, row.Channels));

    /// <summary>A row with all channels is a reading as it is; what waited for others is one before it.</summary>
    private WindowOutcome TakeWhole(LaneModels models, DetectorTrack track, ChannelJoiner joiner, in IncomingRow row)
    {
        if (joiner.IsOpen && joiner.Earliest < row.TimeTicks) EndGroup(models, track, joiner, row);
        joiner.Pass(row.TimeTicks);
        return TakeAsItIs(models, track, row);
    }

    private WindowOutcome TakePart(
        LaneModels models, DetectorTrack track, ChannelJoiner joiner, in IncomingRow row, ReadOnlySpan<float> values)
    {
        var ended = joiner.IsOpen && !joiner.Fits(values, row.TimeTicks) ? EndGroup(models, track, joiner, row) : WindowOutcome.Waiting;
        NoteForRules(track, row);
        var joined = Join(models, track, joiner, row, values);
        // A message at which a reading that lacks something ended stands for that reading.
        return joined == WindowOutcome.Waiting ? ended : joined;
    }

    private WindowOutcome TakeSampled(
        LaneModels models, DetectorTrack track, ChannelJoiner joiner, in IncomingRow row, ReadOnlySpan<float> values)
    {
        var (reading, outcome) = (track.Detector.Reading, WindowOutcome.Waiting);
        var isFirst = joiner.Emitted == 0;
        var sample = _reading.AsSpan(0, values.Length);
        while (SampleGrid.TryNext(joiner, row.TimeTicks, reading, out var due))
        {
            SampleGrid.Sample(track, due, reading.Stale.Ticks, sample);
            joiner.RuleValues.Put(sample, track.Detector.Positions(row.Channels));
            outcome = windows.TakeJoined(track, due, sample, row.Channels, tells: !isFirst);
            Judge(models, track, row, due, joiner.RuleValues.Values, outcome);
        }
        NoteForRules(track, row);
        Remember(track, joiner, values, row.TimeTicks);
        return outcome;
    }

    private WindowOutcome Join(
        LaneModels models, DetectorTrack track, ChannelJoiner joiner, in IncomingRow row, ReadOnlySpan<float> values)
    {
        joiner.Add(values, row.TimeTicks, track.Detector.Reading);
        return joiner.IsComplete ? EndGroup(models, track, joiner, row) : WindowOutcome.Waiting;
    }

    private WindowOutcome EndGroup(LaneModels models, DetectorTrack track, ChannelJoiner joiner, in IncomingRow row)
    {
        var isFirst = joiner.Emitted == 0;
        var reading = _reading.AsSpan(0, track.LastValues.Length);
        var timeTicks = joiner.End(reading);
        var outcome = windows.TakeJoined(track, timeTicks, reading, row.Channels, tells: !isFirst);
        Judge(models, track, row, timeTicks, joiner.RuleValues.Values, outcome);
        joiner.RuleValues.Clear();
        return outcome;
    }

    /// <summary>Hands a window that is ready to its model.</summary>
    private WindowOutcome Judge(
        LaneModels models, DetectorTrack track, in IncomingRow row, long timeTicks, ReadOnlySpan<float> values, WindowOutcome outcome)
    {
        if (outcome == WindowOutcome.LacksChannel) return outcome;
        if (outcome == WindowOutcome.Ready) models.StageOf(track.Detector).Take(track, timeTicks, row.MessageIndex, values);
        if (track.Provisional is { IsBlockFull: true }) SettleProvisional(models, track);
        if (track.IsThresholdDue) models.StageOf(track.Detector).FindThreshold(track);
        if (track.Renewal is { IsBlockFull: true }) SettleBlock(models, track, timeTicks, row.MessageIndex);
        return outcome;
    }

    /// <summary>
    /// Whether a block of readings is learned depends on their judgements, so all that wait are judged first: then the
    /// calibration changes between the same two readings, however they were batched.
    /// </summary>
    private void SettleBlock(LaneModels models, DetectorTrack track, long timeTicks, int messageIndex)
    {
        var stage = models.StageOf(track.Detector);
        stage.Run();
        var outcome = track.Renewal!.Settle(track.Decision.IsOpen);
        if (outcome == RenewalOutcome.Nothing && track.Decision.IsOpen && stage.TryReturn(track))
        {
            stage.CloseBecause(track, timeTicks, messageIndex, "known");
            windows.Returned(track);
            return;
        }
        if (outcome == RenewalOutcome.Adopted) stage.CloseBecause(track, timeTicks, messageIndex, "adopted");
        if (outcome != RenewalOutcome.Nothing) windows.Renew(track, outcome);
    }

    private void SettleProvisional(LaneModels models, DetectorTrack track)
    {
        models.StageOf(track.Detector).Run();
        windows.SettleProvisional(track);
    }

    /// <summary>Values that stand in for missing ones from now on, though no reading is theirs.</summary>
    private static void Remember(DetectorTrack track, ChannelJoiner joiner, ReadOnlySpan<float> values, long timeTicks)
    {
        for (var c = 0; c < values.Length; c++)
        {
            if (float.IsNaN(values[c])) continue;
            (track.LastValues[c], track.MissingFor[c]) = (values[c], 0);
            joiner.Times.Take(c, timeTicks);
        }
    }

    private static void NoteForRules(DetectorTrack track, in IncomingRow row)
    {
        if (track.Detector.Rules.Length > 0) track.Joiner?.RuleValues.Take(row.Values, row.Channels);
    }

    /// <summary>The row in the model's order, and how many of the model's channels it brings.</summary>
    private Span<float> Arrange(DetectorTrack track, in IncomingRow row, out int present)
    {
        present = 0;
        var positions = track.Detector.Positions(row.Channels);
        if (_row.Length < positions.Length) (_row, _reading) = (new float[positions.Length], new float[positions.Length]);
        for (var c = 0; c < positions.Length; c++)
        {
            var position = positions[c];
            _row[c] = position >= 0 && position < row.Values.Length ? row.Values[position] : float.NaN;
            if (!float.IsNaN(_row[c])) present++;
        }
        return _row.AsSpan(0, positions.Length);
    }
}

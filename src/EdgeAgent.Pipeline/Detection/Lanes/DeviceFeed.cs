using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// Takes a device's messages: gives each its place in the device's time, and brings its rows to all detectors of the device. Belongs
/// to one lane.
/// </summary>
/// <param name="counters">What the lane has done.</param>
/// <param name="unjudged">Devices that no detector takes.</param>
/// <param name="displaced">Devices whose times go to and fro.</param>
/// <param name="ahead">Devices whose times are of the future.</param>
/// <param name="feed">Takes rows under one detector.</param>
/// <param name="observer">Hears of what arrived.</param>
/// <param name="state">Keeps devices through restarts; null: nothing does.</param>
internal sealed class DeviceFeed(
    LaneCounters counters, UnjudgedDevices unjudged, DisplacedDevices displaced, AheadDevices ahead, DetectorFeed feed,
    IJudgementObserver? observer, IDeviceStore? state)
{
    private readonly RowPlacer _placer = new(counters, feed);
    private readonly HeldMessages _held = new(counters);

    /// <summary>
    /// Takes a message's readings of one device. They have their place together, by the newest. As blocks come from clocks that tick
    /// apart, one may begin a little before the end of the last; time stands still then.
    /// </summary>
    public void Take(LaneModels models, DeviceTrack track, in MessageRows message, RowBatch batch, int index)
    {
        track.Rhythm.Note(batch.ArrivalTicks);
        var rows = batch.Rows(message);
        var newest = rows[^1].TimeTicks;
        var before = track.Clock.Latest;
        var first = RowOf(message, batch, index, rows[0], rows[0].TimeTicks);
        if (rows.Length == 1 && !Concerns(track, first))
        {
            TakeOther(track, first);
            unjudged.Note(track, WindowOutcome.LacksChannel, first.Channels, batch.ArrivalTicks);
            return;
        }
        if (RowPlacer.IsOlder(track, newest, message.MayRepeat) && TryTakeOlder(models, message, track, batch, index))
        {
            displaced.Note(track, Arrival.InOrder, message.ArrivalTicks);
            return;
        }
        if (!TryPlace(models, track, message, batch, index))
        {
            // How many agree on another time is part of what a restart must not change.
            state?.Touch(track);
            return;
        }
        var earliest = before <= newest ? before : long.MinValue;
        unjudged.Note(track, TakeRows(models, track, message, batch, index, earliest), batch.Channels, batch.ArrivalTicks);
    }

    /// <summary>Takes one reading for which nobody waits, of a recording that is in order.</summary>
    public void Take(LaneModels models, DeviceTrack track, in IncomingRow row)
    {
        if (!Concerns(track, row))
            TakeOther(track, row);
        else if (RowPlacer.IsOlder(track, row.TimeTicks, mayRepeat: false) && TryTakeOlder(models, track, row))
            counters.Windowed++;
        // It arrived when it was measured: whatever step it makes was a pause.
        else if (_placer.Place(track, row.TimeTicks, mayRepeat: false, arrivalTicks: row.TimeTicks, messageIndex: 0).IsTaken())
            _placer.Count(track, TakeReading(models, track, row));
    }

    /// <summary>Takes what was put aside: no more readings of the device will come.</summary>
    public void TakeHeld(LaneModels models, DeviceTrack track, int index = 0)
    {
        if (_held.Take(track) is not { } held) return;
        foreach (var message in held.Messages)
            TakeRows(models, track, message, held, index, long.MinValue);
    }

    /// <summary>The device leaves: what was put aside is left out.</summary>
    public void Leave(DeviceTrack track)
    {
        _held.Drop(track);
        displaced.Leave(track);
        ahead.Leave(track);
    }

    private bool TryPlace(LaneModels models, DeviceTrack track, in MessageRows message, RowBatch batch, int index)
    {
        var arrival = _placer.Place(track, batch.Rows(message)[^1].TimeTicks, message.MayRepeat, message.ArrivalTicks, index);
        displaced.Note(track, arrival, message.ArrivalTicks);
        ahead.Note(track);
        if (arrival == Arrival.Ahead) _held.Add(track, message, batch);
        else if (arrival == Arrival.Agreed) TakeHeld(models, track, index);
        else if (arrival.IsTaken() && track.Held is not null) _held.Drop(track);
        return arrival.IsTaken();
    }

    private WindowOutcome TakeRows(
        LaneModels models, DeviceTrack track, in MessageRows message, RowBatch batch, int index, long earliest)
    {
        var outcome = WindowOutcome.LacksChannel;
        foreach (var row in batch.Rows(message))
            outcome = Better(
                outcome, TakeReading(models, track, RowOf(message, batch, index, row, Math.Max(earliest, row.TimeTicks))));
        _placer.Count(track, outcome);
        return outcome;
    }

    /// <summary>Whether a row has anything for a model of its device.</summary>
    private static bool Concerns(DeviceTrack track, in IncomingRow row)
    {
        foreach (var detector in track.Detectors)
            if (DetectorFeed.Concerns(detector, row)) return true;
        return track.Detectors.Length == 0;
    }

    /// <summary>What is no reading says nothing of the time of readings either.</summary>
    private void TakeOther(DeviceTrack track, in IncomingRow row)
    {
        observer?.Arrived(track.Device, row.TimeTicks, row.Values, row.Channels);
        if (!track.IsTaken) track.Device.Sent.Note(row.Values);
        foreach (var detector in track.Detectors)
            feed.TakeOther(detector, row);
        counters.Filter(FilterReason.LacksChannel, track.Device);
    }

    private WindowOutcome TakeReading(LaneModels models, DeviceTrack track, in IncomingRow row)
    {
        observer?.Arrived(track.Device, row.TimeTicks, row.Values, row.Channels);
        state?.Touch(track);
        if (!track.IsTaken) track.Device.Sent.Note(row.Values);
        var outcome = WindowOutcome.LacksChannel;
        foreach (var detector in track.Detectors)
            outcome = Better(outcome, feed.Take(models, detector, row));
        if (outcome != WindowOutcome.Waiting) track.IsTaken = outcome is WindowOutcome.Held or WindowOutcome.Ready;
        return outcome;
    }

    /// <summary>
    /// A message that some detector took was taken; one that waits for others may still be, and one that a gate kept out lacked nothing.
    /// </summary>
    private static WindowOutcome Better(WindowOutcome outcome, WindowOutcome next) =>
        next is WindowOutcome.Held or WindowOutcome.Ready || outcome == WindowOutcome.LacksChannel
            || (outcome == WindowOutcome.KeptOut && next == WindowOutcome.Waiting) ? next : outcome;

    /// <summary>Channels of a device may have times of their own: an older message is late only when none waits for it.</summary>
    private bool TryTakeOlder(LaneModels models, in MessageRows message, DeviceTrack track, RowBatch batch, int index)
    {
        var isTaken = false;
        foreach (var row in batch.Rows(message))
            isTaken |= TryTakeOlder(models, track, RowOf(message, batch, index, row, row.TimeTicks));
        if (!isTaken) return false;
        counters.Windowed++;
        // Of what another detector has seen before there may be events that are not safe.
        if (message.MayRepeat) feed.Repeat(index);
        return true;
    }

    private bool TryTakeOlder(LaneModels models, DeviceTrack track, in IncomingRow row)
    {
        var isTaken = false;
        foreach (var detector in track.Detectors)
            isTaken |= feed.TryTakeOlder(models, detector, row);
        if (!isTaken) return false;
        observer?.Arrived(track.Device, row.TimeTicks, row.Values, row.Channels);
        state?.Touch(track);
        return true;
    }

    private static IncomingRow RowOf(in MessageRows message, RowBatch batch, int index, in Row row, long timeTicks) => new()
    {
        TimeTicks = timeTicks, Values = batch.Values(row), Channels = batch.Channels, MessageIndex = index,
        SeenUpTo = message.MayRepeat ? batch.Rows(message)[^1].TimeTicks : null,
    };
}

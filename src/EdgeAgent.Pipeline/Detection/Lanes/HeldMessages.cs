using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// Puts messages aside whose time is far ahead of their device's others, until more agree with them or none does. Belongs to one
/// lane.
/// </summary>
/// <remarks>
/// They are acknowledged as they come: a kill loses the two of a device that may wait. To hold their acknowledgement back would let
/// such a device stop its source, for brokers have few messages under way at once.
/// </remarks>
internal sealed class HeldMessages(LaneCounters counters)
{
    /// <summary>A reading may come as a message a channel.</summary>
    private const int MessagesOfDevice = 64;
    /// <summary>What a message and a reading take besides their values, in values.</summary>
    private const int MessageValues = 12, ReadingValues = 4;
    /// <summary>Of all devices of the lane: 4 MB. Beyond, such messages are left out at once.</summary>
    private const int ValueLimit = 1 << 20;

    private int _values;

    /// <summary>Puts a message aside, or leaves it out for want of room. Those that it does not agree with are left out.</summary>
    public void Add(DeviceTrack track, in MessageRows message, RowBatch batch)
    {
        if (track.Clock.IsFirstOff || (track.Held is { } before && !batch.Channels.GoesOn(before.Channels))) Drop(track);
        var values = ValuesOf(message, batch);
        if (_values + values > ValueLimit || track.Held is { Count: >= MessagesOfDevice })
        {
            counters.Filter(FilterReason.Ahead, track.Device);
            return;
        }
        var held = track.Held ??= new RowBatch();
        held.AddMessage(track.Device, batch.Channels, mayRepeat: message.MayRepeat);
        foreach (var row in batch.Rows(message)) held.AddRow(row.TimeTicks, batch.Values(row));
        _values += values;
        counters.Held++;
    }

    /// <summary>Gives out those of a device, if there are any; whoever takes them counts them.</summary>
    public RowBatch? Take(DeviceTrack track)
    {
        if (track.Held is not { } held) return null;
        track.Held = null;
        counters.Held -= held.Count;
        foreach (var message in held.Messages) _values -= ValuesOf(message, held);
        return held;
    }

    /// <summary>Leaves those of a device out: its readings go on as before them.</summary>
    public void Drop(DeviceTrack track)
    {
        if (Take(track) is not { } held) return;
        for (var i = 0; i < held.Count; i++) counters.Filter(FilterReason.Ahead, track.Device);
    }

    private static int ValuesOf(in MessageRows message, RowBatch batch)
    {
        var values = MessageValues;
        foreach (var row in batch.Rows(message)) values += row.Values + ReadingValues;
        return values;
    }
}

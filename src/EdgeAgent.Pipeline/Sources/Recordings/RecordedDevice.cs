using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Recordings;

namespace EdgeAgent.Pipeline.Sources.Recordings;

/// <summary>One device of a recording, and where its channels stand among those of all.</summary>
internal sealed class RecordedDevice
{
    private readonly ChannelSlot?[] _slots;

    /// <param name="recording">Its readings.</param>
    /// <param name="file">Names the device where the recording does not.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="channels">Takes the recording's channels up.</param>
    public RecordedDevice(RawRecording recording, RecordingFile file, string source, ChannelTable channels)
    {
        Recording = recording;
        Device = new Device(recording.Device ?? file.Device, source, lane: 0);
        _slots = [.. recording.Columns.Select(c => channels.Find(c.Name) is >= 0 and var slot ? channels[slot] : (ChannelSlot?)null)];
    }

    public RawRecording Recording { get; }
    public Device Device { get; }

    /// <summary>All readings of some devices in the order of time.</summary>
    public static IEnumerable<(RecordedDevice Part, int Row)> InOrder(RecordedDevice[] parts)
    {
        var next = new PriorityQueue<(RecordedDevice Part, int Row), (long Ticks, int Line)>();
        foreach (var part in parts)
            if (part.Recording.Rows > 0) next.Enqueue((part, 0), part.PlaceOf(0));
        while (next.TryDequeue(out var at, out _))
        {
            yield return at;
            var row = at.Row + 1;
            if (row < at.Part.Recording.Rows) next.Enqueue((at.Part, row), at.Part.PlaceOf(row));
        }
    }

    /// <summary>Copies a reading to the places of its channels; all others are missing.</summary>
    public void CopyRow(int row, float[] values)
    {
        Array.Fill(values, float.NaN);
        for (var c = 0; c < _slots.Length; c++)
            if (_slots[c] is { } slot) values[slot.Position] = slot.Convert(Recording.Columns[c].Values[row]);
    }

    private (long Ticks, int Line) PlaceOf(int row) => (Recording.Ticks[row], Recording.Lines[row]);
}

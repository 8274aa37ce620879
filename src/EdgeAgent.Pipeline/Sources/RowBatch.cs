using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Readings on their way from one source to one lane. Whoever takes a batch from a border owns it, and returns it to the pool it
/// came from.
/// </summary>
/// <param name="returned">Takes the batch back; null: it belongs to no pool.</param>
internal sealed class RowBatch(Action<RowBatch>? returned = null)
{
    private const int MessageLimit = 512;
    private const int ValueLimit = 16 * 1024;

    private MessageRows[] _messages = new MessageRows[8];
    private readonly List<Device> _leaving = [];
    private Row[] _rows = new Row[8];
    private float[] _values = new float[64];
    private int _rowCount;
    private int _valueCount;

    /// <summary>Messages, or parts of messages that are of different devices.</summary>
    public int Count { get; private set; }

    /// <summary>Readings.</summary>
    public int RowCount => _rowCount;

    /// <summary>What the positions of all readings mean.</summary>
    public ChannelNames Channels { get; private set; } = ChannelNames.None;

    /// <summary>UTC time of arrival of the newest message, in ticks of 100 ns.</summary>
    public long ArrivalTicks { get; set; }

    public ReadOnlySpan<MessageRows> Messages => _messages.AsSpan(0, Count);

    /// <summary>Readings of a message, oldest first.</summary>
    public ReadOnlySpan<Row> Rows(in MessageRows message) => _rows.AsSpan(message.FirstRow, message.Rows);

    /// <summary>One float a channel, NaN where it is missing; channels beyond its end are missing, too.</summary>
    public ReadOnlySpan<float> Values(in Row row) => _values.AsSpan(row.FirstValue, row.Values);

    /// <summary>Whether it should take another message. One that is begun takes all of it, however large.</summary>
    public bool HasRoom => Count < MessageLimit && _valueCount < ValueLimit;

    /// <summary>
    /// Adds a message without readings, which has arrived at <see cref="ArrivalTicks"/>; <see cref="AddRow"/> adds them.
    /// </summary>
    public void AddMessage(Device device, ChannelNames channels, IAcknowledger? acknowledger = null, int token = 0, bool mayRepeat = false)
    {
        Reserve(ref _messages, Count, 1);
        Channels = channels;
        _messages[Count++] = new MessageRows(device, _rowCount, 0, acknowledger, token, mayRepeat, ArrivalTicks);
    }

    /// <summary>Devices that have made room for others; none of them has a message in this batch.</summary>
    public IReadOnlyList<Device> Leaving => _leaving;

    public void AddLeaving(IEnumerable<Device> devices) => _leaving.AddRange(devices);

    /// <summary>Adds a reading to the message that was added last.</summary>
    public void AddRow(long timeTicks, ReadOnlySpan<float> values)
    {
        Reserve(ref _rows, _rowCount, 1);
        Reserve(ref _values, _valueCount, values.Length);
        values.CopyTo(_values.AsSpan(_valueCount));
        _rows[_rowCount++] = new Row(timeTicks, _valueCount, values.Length);
        _valueCount += values.Length;
        ref var message = ref _messages[Count - 1];
        message = message with { Rows = message.Rows + 1 };
    }

    /// <summary>Empties the batch and gives it back. Memory beyond the usual is released.</summary>
    public void Return()
    {
        Array.Clear(_messages, 0, Count);
        _leaving.Clear();
        (Count, _rowCount, _valueCount) = (0, 0, 0);
        if (_values.Length > 2 * ValueLimit) (_rows, _values) = (new Row[8], new float[64]);
        if (_messages.Length > 2 * MessageLimit) _messages = new MessageRows[8];
        returned?.Invoke(this);
    }

    private static void Reserve<T>(ref T[] array, int used, int more)
    {
        if (used + more > array.Length) Array.Resize(ref array, Math.Max(2 * array.Length, used + more));
    }
}

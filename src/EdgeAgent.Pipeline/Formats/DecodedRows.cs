using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// The readings of one payload: decoders write them in any order, <see cref="Finish"/> orders them by device and time. Memory grows
/// to the largest of the last payloads and is used again. Belongs to the source's loop.
/// </summary>
/// <param name="channels">What readings are made of.</param>
/// <param name="notes">Takes what decoders notice; null: nobody asks.</param>
internal sealed class DecodedRows(ChannelTable channels, DecodeNotes? notes = null)
{
    /// <summary>Readings of a message: as many as an array of samples may bring.</summary>
    public const int RowLimit = SampleBlock.SampleLimit;

    /// <summary>Values of a message, 4 MB of them: a reading reaches up to the last of its channels.</summary>
    public const int ValueLimit = 1 << 20;

    /// <summary>So many payloads tell how much memory they need.</summary>
    private const int PayloadsCompared = 256;
    private const int LeastRows = 16, LeastValues = 256;

    private static readonly Comparison<DecodedRow> ByDeviceAndTime = (a, b) =>
        a.Device != b.Device ? a.Device.CompareTo(b.Device)
        : a.TimeTicks != b.TimeTicks ? a.TimeTicks.CompareTo(b.TimeTicks) : a.FirstValue.CompareTo(b.FirstValue);

    private readonly DeviceNames _devices = new();
    private DecodedRow[] _rows = new DecodedRow[LeastRows];
    private float[] _values = new float[LeastValues];
    private DecodedDevice[] _parts = new DecodedDevice[1];
    private int _rowCount;
    private int _valueCount;
    private int _partCount;
    private int _found;
    /// <summary>Of the reading under way: up to the last channel that was set.</summary>
    private int _width;
    private int _payloads, _mostRows, _mostValues;

    /// <summary>The channels that readings are made of.</summary>
    public ChannelTable Channels { get; } = channels;

    /// <summary>What decoders notice besides readings.</summary>
    public DecodeNotes Notes { get; } = notes ?? new();

    /// <summary>Whether a number was left out because its channel's range says so.</summary>
    public bool SawOutOfRange { get; private set; }

    /// <summary>Whether what follows is known to be of the past, sent later.</summary>
    public bool IsHistorical { get; set; }

    public bool HasRows => _rowCount > 0;

    /// <summary>Whether the payload has more readings or values than a message may bring; the rest of them was left out.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The devices that have readings, after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<DecodedDevice> Devices => _parts.AsSpan(0, _partCount);

    /// <summary>Readings of a device, oldest first.</summary>
    public ReadOnlySpan<DecodedRow> Rows(in DecodedDevice device) => _rows.AsSpan(device.FirstRow, device.Rows);

    /// <summary>One float a channel, NaN where it is missing; channels beyond its end are missing, too.</summary>
    public ReadOnlySpan<float> Values(in DecodedRow row) => _values.AsSpan(row.FirstValue, row.Values);

    /// <summary>The device's name in UTF-8; empty: the one that the message came from.</summary>
    public ReadOnlySpan<byte> Name(in DecodedDevice device) => _devices.Name(device.Device);

    public void Clear()
    {
        (_mostRows, _mostValues) = (Math.Max(_mostRows, _rowCount), Math.Max(_mostValues, _valueCount));
        if (++_payloads == PayloadsCompared) Shrink();
        (_rowCount, _valueCount, _partCount, _found) = (0, 0, 0, 0);
        (IsHistorical, SawOutOfRange, IsFull) = (false, false, false);
        _devices.Clear();
    }

    /// <summary>The number of a device; empty: the one that the message came from.</summary>
    public int Device(ReadOnlySpan<byte> name) => _devices.Find(name);

    /// <summary>Begins a reading, into which <see cref="Put"/> writes until <see cref="EndRow"/>.</summary>
    public void BeginRow()
    {
        Reserve(ref _rows, _rowCount, 1);
        var count = Channels.Count;
        Reserve(ref _values, _valueCount, count);
        _values.AsSpan(_valueCount, count).Fill(float.NaN);
        _rows[_rowCount] = new DecodedRow(0, 0, _valueCount, count, false);
        (_found, _width) = (0, 0);
    }

    /// <summary>Sets a channel of the reading under way; NaN: it is missing.</summary>
    /// <param name="slot">From the <see cref="Channels"/>.</param>
    /// <param name="value">As it arrived, before its conversion.</param>
    public void Put(int slot, float value)
    {
        ref readonly var channel = ref Channels[slot];
        ref var row = ref _rows[_rowCount];
        if (channel.Position >= row.Values) Widen(ref row, Channels.Count);
        _width = Math.Max(_width, channel.Position + 1);
        value = Convert(channel, value);
        _values[row.FirstValue + channel.Position] = value;
        if (!float.IsNaN(value)) _found++;
    }

    /// <summary>Whether the reading under way has a value yet.</summary>
    public bool HasValue => _found > 0;

    /// <summary>Values of the reading under way, up to the last that was set.</summary>
    public ReadOnlySpan<float> CurrentValues => _values.AsSpan(_rows[_rowCount].FirstValue, _width);

    /// <summary>Ends the reading, which keeps its values up to the last that was set; one without a value is none.</summary>
    public void EndRow(int device, long timeTicks)
    {
        if (_found == 0 || !HasRoom(_width)) return;
        _rows[_rowCount++] = new DecodedRow(device, timeTicks, _valueCount, _width, IsHistorical);
        _valueCount += _width;
    }

    /// <summary>Adds a single value. Those of one time that follow each other are one reading.</summary>
    public void Add(int device, long timeTicks, int slot, float value)
    {
        value = Convert(Channels[slot], value);
        if (float.IsNaN(value)) return;
        var position = Channels[slot].Position;
        if (_rowCount > 0)
        {
            ref var last = ref _rows[_rowCount - 1];
            if (last.Device == device && last.TimeTicks == timeTicks && last.IsHistorical == IsHistorical
                && (position >= last.Values || float.IsNaN(_values[last.FirstValue + position])))
            {
                if (position >= last.Values)
                {
                    Widen(ref last, position + 1);
                    _valueCount = last.FirstValue + last.Values;
                }
                _values[last.FirstValue + position] = value;
                return;
            }
        }
        AddFirst(device, timeTicks, position, value);
    }

    private void AddFirst(int device, long timeTicks, int position, float value)
    {
        var row = new DecodedRow(device, timeTicks, _valueCount, 0, IsHistorical);
        if (!HasRoom(position + 1)) return;
        Reserve(ref _rows, _rowCount, 1);
        Widen(ref row, position + 1);
        _values[row.FirstValue + position] = value;
        _rows[_rowCount++] = row;
        _valueCount += row.Values;
    }

    /// <summary>Adds a reading as it stands, one float a channel.</summary>
    public void Add(int device, long timeTicks, ReadOnlySpan<float> values)
    {
        if (!HasRoom(values.Length)) return;
        Reserve(ref _rows, _rowCount, 1);
        Reserve(ref _values, _valueCount, values.Length);
        values.CopyTo(_values.AsSpan(_valueCount));
        _rows[_rowCount++] = new DecodedRow(device, timeTicks, _valueCount, values.Length, IsHistorical);
        _valueCount += values.Length;
    }

    /// <summary>Orders what was written: the readings of each device together, oldest first.</summary>
    public void Finish()
    {
        if (_rowCount == 0) return;
        if (!AreOrdered()) _rows.AsSpan(0, _rowCount).Sort(ByDeviceAndTime);
        for (var first = 0; first < _rowCount;)
        {
            var end = first + 1;
            while (end < _rowCount && _rows[end].Device == _rows[first].Device) end++;
            Reserve(ref _parts, _partCount, 1);
            _parts[_partCount++] = new DecodedDevice(_rows[first].Device, first, end - first);
            first = end;
        }
    }

    /// <summary>Leaves out readings of the past.</summary>
    /// <param name="before">What is older is of the past as well; UTC ticks.</param>
    /// <returns>Whether none is left.</returns>
    public bool SkipHistory(long before)
    {
        var kept = 0;
        for (var i = 0; i < _rowCount; i++)
            if (!_rows[i].IsHistorical && _rows[i].TimeTicks >= before) _rows[kept++] = _rows[i];
        _rowCount = kept;
        return kept == 0;
    }

    private float Convert(in ChannelSlot channel, float value)
    {
        var converted = channel.Convert(value);
        SawOutOfRange |= float.IsNaN(converted) && !float.IsNaN(value);
        return converted;
    }

    private bool AreOrdered()
    {
        for (var i = 1; i < _rowCount; i++)
            if (ByDeviceAndTime(_rows[i - 1], _rows[i]) > 0) return false;
        return true;
    }

    /// <summary>Whether another reading of so many values may come; where it may not, the payload is too large.</summary>
    private bool HasRoom(int values)
    {
        var hasRoom = _rowCount < RowLimit && _valueCount + values <= ValueLimit;
        IsFull |= !hasRoom;
        return hasRoom;
    }

    /// <summary>A channel lies beyond a reading's end, whose values are the last.</summary>
    private void Widen(ref DecodedRow row, int count)
    {
        Reserve(ref _values, row.FirstValue, count);
        _values.AsSpan(row.FirstValue + row.Values, count - row.Values).Fill(float.NaN);
        row = row with { Values = count };
    }

    /// <summary>Gives memory back that none of the last payloads needed by far.</summary>
    private void Shrink()
    {
        Shrink(ref _rows, Math.Max(_mostRows, LeastRows));
        Shrink(ref _parts, Math.Max(_mostRows, LeastRows));
        Shrink(ref _values, Math.Max(_mostValues, LeastValues));
        (_payloads, _mostRows, _mostValues) = (0, 0, 0);
    }

    private static void Shrink<T>(ref T[] array, int needed)
    {
        if (array.Length > 4 * needed) array = new T[needed];
    }

    private static void Reserve<T>(ref T[] array, int used, int more)
    {
        if (used + more > array.Length) Array.Resize(ref array, Math.Max(2 * array.Length, used + more));
    }
}

/// <summary>A device's part of a payload.</summary>
/// <param name="Device">Its number.</param>
/// <param name="FirstRow">Where its readings begin.</param>
/// <param name="Rows">How many they are.</param>
internal readonly record struct DecodedDevice(int Device, int FirstRow, int Rows);

/// <summary>One reading: whose, event time in UTC ticks, where its values lie, and whether it was sent as one of the past.</summary>
internal readonly record struct DecodedRow(int Device, long TimeTicks, int FirstValue, int Values, bool IsHistorical);

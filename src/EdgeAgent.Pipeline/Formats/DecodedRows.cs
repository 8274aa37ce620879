namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// The readings of one payload, device by device. Memory grows to the largest payload and is used again. Belongs to the source's
/// loop.
/// </summary>
internal sealed class DecodedRows
{
    private DecodedRow[] _rows = new DecodedRow[16];
    private float[] _values = new float[256];
    private DecodedDevice[] _devices = new DecodedDevice[1];
    private byte[] _names = new byte[64];
    private int _rowCount;
    private int _valueCount;
    private int _deviceCount;
    private int _nameBytes;

    /// <summary>Devices, in the order of the payload.</summary>
    public ReadOnlySpan<DecodedDevice> Devices => _devices.AsSpan(0, _deviceCount);

    /// <summary>Readings of a device, oldest first.</summary>
    public ReadOnlySpan<DecodedRow> Rows(in DecodedDevice device) => _rows.AsSpan(device.FirstRow, device.Rows);

    /// <summary>One float a channel, NaN where it is missing; channels beyond its end are missing, too.</summary>
    public ReadOnlySpan<float> Values(in DecodedRow row) => _values.AsSpan(row.FirstValue, row.Values);

    /// <summary>The device's name in UTF-8; empty: the one that the message came from.</summary>
    public ReadOnlySpan<byte> Name(in DecodedDevice device) => _names.AsSpan(device.FirstNameByte, device.NameBytes);

    public void Clear() => (_rowCount, _valueCount, _deviceCount, _nameBytes) = (0, 0, 0, 0);

    /// <summary>What follows is of this device.</summary>
    public void BeginDevice(ReadOnlySpan<byte> name)
    {
        Reserve(ref _devices, _deviceCount, 1);
        Reserve(ref _names, _nameBytes, name.Length);
        name.CopyTo(_names.AsSpan(_nameBytes));
        _devices[_deviceCount++] = new DecodedDevice(_nameBytes, name.Length, _rowCount, 0);
        _nameBytes += name.Length;
    }

    /// <summary>Adds a reading of the device.</summary>
    /// <param name="timeTicks">Its event time, UTC ticks.</param>
    /// <param name="values">One float a channel.</param>
    public void Add(long timeTicks, ReadOnlySpan<float> values)
    {
        if (_deviceCount == 0) BeginDevice([]);
        Reserve(ref _rows, _rowCount, 1);
        Reserve(ref _values, _valueCount, values.Length);
        values.CopyTo(_values.AsSpan(_valueCount));
        _rows[_rowCount++] = new DecodedRow(timeTicks, _valueCount, values.Length);
        _valueCount += values.Length;
        ref var device = ref _devices[_deviceCount - 1];
        device = device with { Rows = device.Rows + 1 };
    }

    private static void Reserve<T>(ref T[] array, int used, int more)
    {
        if (used + more > array.Length) Array.Resize(ref array, Math.Max(2 * array.Length, used + more));
    }
}

/// <summary>A device's part of a payload.</summary>
internal readonly record struct DecodedDevice(int FirstNameByte, int NameBytes, int FirstRow, int Rows);

/// <summary>One reading: event time in UTC ticks, and where its values lie.</summary>
internal readonly record struct DecodedRow(long TimeTicks, int FirstValue, int Values);

using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The names of the devices in one payload. Memory grows to the largest payload and is used again.</summary>
internal sealed class DeviceNames
{
    private (int First, int Bytes)[] _places = new (int, int)[4];
    private byte[] _names = new byte[64];
    /// <summary>Numbers of devices plus one, by the hash of their names; 0: free.</summary>
    private int[] _table = new int[16];
    private int _count;
    private int _bytes;
    private int _last;

    public ReadOnlySpan<byte> Name(int device) => _names.AsSpan(_places[device].First, _places[device].Bytes);

    public void Clear()
    {
        if (_count > 0) Array.Clear(_table);
        (_count, _bytes, _last) = (0, 0, 0);
    }

    /// <summary>The number of a name, from 0 in the order of their first coming.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_last < _count && name.SequenceEqual(Name(_last))) return _last;
        var slot = SlotOf(name);
        if (_table[slot] > 0) return _last = _table[slot] - 1;
        if (2 * (_count + 1) > _table.Length)
        {
            Grow();
            slot = SlotOf(name);
        }
        _table[slot] = _count + 1;
        return _last = Add(name);
    }

    private int SlotOf(ReadOnlySpan<byte> name)
    {
        var mask = _table.Length - 1;
        var slot = (int)Utf8Map<int>.Hash(name) & mask;
        while (_table[slot] > 0 && !name.SequenceEqual(Name(_table[slot] - 1)))
            slot = (slot + 1) & mask;
        return slot;
    }

    private int Add(ReadOnlySpan<byte> name)
    {
        if (_count == _places.Length) Array.Resize(ref _places, 2 * _count);
        if (_bytes + name.Length > _names.Length) Array.Resize(ref _names, Math.Max(2 * _names.Length, _bytes + name.Length));
        name.CopyTo(_names.AsSpan(_bytes));
        _places[_count] = (_bytes, name.Length);
        _bytes += name.Length;
        return _count++;
    }

    private void Grow()
    {
        _table = new int[2 * _table.Length];
        for (var device = 0; device < _count; device++)
            _table[SlotOf(Name(device))] = device + 1;
    }
}

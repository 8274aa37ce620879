using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>The names of the devices in one payload. Memory grows to the largest of the last payloads and is used again.</summary>
internal sealed class DeviceNames
{
    private const int LeastPlaces = 4, LeastBytes = 64, LeastTable = 16;
    /// <summary>So many payloads tell how much memory they need.</summary>
    private const int PayloadsCompared = 256;

    private (int First, int Bytes, uint Hash)[] _places = new (int, int, uint)[LeastPlaces];
    private byte[] _names = new byte[LeastBytes];
    /// <summary>Numbers of devices plus one, by the hash of their names; 0: free.</summary>
    private int[] _table = new int[LeastTable];
    private int _count;
    private int _bytes;
    private int _last;
    private int _payloads, _mostNames, _mostBytes;

    public ReadOnlySpan<byte> Name(int device) => _names.AsSpan(_places[device].First, _places[device].Bytes);

    public void Clear()
    {
        (_mostNames, _mostBytes) = (Math.Max(_mostNames, _count), Math.Max(_mostBytes, _bytes));
        if (_count > 0) Array.Clear(_table);
        if (++_payloads == PayloadsCompared) Shrink();
        (_count, _bytes, _last) = (0, 0, 0);
    }

    /// <summary>The number of a name, from 0 in the order of their first coming.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_last < _count && name.SequenceEqual(Name(_last))) return _last;
        var hash = Utf8Map<int>.Hash(name);
        var slot = SlotOf(name, hash);
        if (_table[slot] > 0) return _last = _table[slot] - 1;
        if (2 * (_count + 1) > _table.Length)
        {
            Grow();
            slot = SlotOf(name, hash);
        }
        _table[slot] = _count + 1;
        return _last = Add(name, hash);
    }

    private int SlotOf(ReadOnlySpan<byte> name, uint hash)
    {
        var mask = _table.Length - 1;
        var slot = (int)hash & mask;
        while (_table[slot] > 0 && (_places[_table[slot] - 1].Hash != hash || !name.SequenceEqual(Name(_table[slot] - 1))))
            slot = (slot + 1) & mask;
        return slot;
    }

    private int Add(ReadOnlySpan<byte> name, uint hash)
    {
        if (_count == _places.Length) Array.Resize(ref _places, 2 * _count);
        if (_bytes + name.Length > _names.Length) Array.Resize(ref _names, Math.Max(2 * _names.Length, _bytes + name.Length));
        name.CopyTo(_names.AsSpan(_bytes));
        _places[_count] = (_bytes, name.Length, hash);
        _bytes += name.Length;
        return _count++;
    }

    private void Grow()
    {
        _table = new int[2 * _table.Length];
        for (var device = 0; device < _count; device++)
            _table[SlotOf(Name(device), _places[device].Hash)] = device + 1;
    }

    /// <summary>
    /// Gives memory back that none of the last payloads needed by far; a large table would have to be cleared each time besides.
    /// </summary>
    private void Shrink()
    {
        if (_places.Length > 4 * Math.Max(_mostNames, LeastPlaces))
            (_places, _table) = (new (int, int, uint)[LeastPlaces], new int[LeastTable]);
        if (_names.Length > 4 * Math.Max(_mostBytes, LeastBytes)) _names = new byte[LeastBytes];
        (_payloads, _mostNames, _mostBytes) = (0, 0, 0);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Common;

/// <summary>
/// A map from UTF-8 text to values, looked up with the bytes as they arrive, so that a lookup allocates nothing. One owner at a time.
/// </summary>
internal sealed class Utf8Map<T>
{
    private static readonly uint Seed = (uint)string.GetHashCode("a byte alone");

    private byte[][] _keys = new byte[16][];
    private T[] _values = new T[16];
    private uint[] _hashes = new uint[16];

    public int Count { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> key, out T value)
    {
        var slot = Find(key, Hash(key));
        if (_keys[slot] is null)
        {
            value = default!;
            return false;
        }
        value = _values[slot];
        return true;
    }

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(ReadOnlySpan<byte> key, T value) => Add(key.ToArray(), value);

    /// <summary>Adds a key that is not there yet, and keeps its bytes as they are.</summary>
    public void Add(byte[] key, T value)
    {
        if (Count * 2 >= _keys.Length) Grow();
        Put(key, value, Hash(key));
        Count++;
    }

    /// <summary>Removes a key, if it is there.</summary>
    public void Remove(ReadOnlySpan<byte> key)
    {
        var slot = Find(key, Hash(key));
        if (_keys[slot] is null) return;
        Count--;
        var mask = _keys.Length - 1;
        // What lies behind it without a gap may lie there because its own place was taken.
        for (var next = (slot + 1) & mask; _keys[next] is not null; next = (next + 1) & mask)
        {
            var home = (int)_hashes[next] & mask;
            if (((next - home) & mask) < ((next - slot) & mask)) continue;
            (_keys[slot], _values[slot], _hashes[slot]) = (_keys[next], _values[next], _hashes[next]);
            slot = next;
        }
        (_keys[slot], _values[slot]) = (null!, default!);
    }

    public void Clear()
    {
        Array.Clear(_keys);
        Array.Clear(_values);
        Count = 0;
    }

    private void Put(byte[] key, T value, uint hash)
    {
        var slot = Find(key, hash);
        _keys[slot] = key;
        _values[slot] = value;
        _hashes[slot] = hash;
    }

    private int Find(ReadOnlySpan<byte> key, uint hash)
    {
        var mask = _keys.Length - 1;
        var slot = (int)hash & mask;
        while (_keys[slot] is { } candidate && (_hashes[slot] != hash || !key.SequenceEqual(candidate)))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (keys, values, hashes) = (_keys, _values, _hashes);
        _keys = new byte[keys.Length * 2][];
        _values = new T[keys.Length * 2];
        _hashes = new uint[keys.Length * 2];
        for (var i = 0; i < keys.Length; i++)
            if (keys[i] is not null)
                Put(keys[i], values[i], hashes[i]);
    }

    /// <summary>
    /// Keyed by a secret of the process (Marvin, as the runtime's own maps of texts), so that no sender can choose keys that collide: a
    /// hash that only begins with a secret has pairs of changes that cancel whatever it is.
    /// </summary>
    internal static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(key));
        return key.Length % 2 == 0 ? hash : BitOperations.RotateLeft(hash ^ (Seed + key[^1]), 13) * 0x9E3779B1;
    }
}

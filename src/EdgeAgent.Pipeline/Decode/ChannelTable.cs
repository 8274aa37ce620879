using System.Text;

namespace EdgeAgent.Pipeline.Decode;

/// <summary>The channels of one source as one lane knows them: names to positions in a reading. Only ever grows.</summary>
internal sealed class ChannelTable(int limit)
{
    private readonly Utf8Map<int> _positions = new();
    private readonly List<byte[]> _keys = [];
    private readonly List<string> _names = [];

    public int Count => _names.Count;
    public IReadOnlyList<string> Names => _names;

    /// <summary>The position of a channel, added if it is new; −1 when the table is full.</summary>
    /// <param name="name">Its name in UTF-8.</param>
    /// <param name="guess">Where it stood in the last payload: senders keep their order, so this nearly always hits.</param>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)_keys.Count && name.SequenceEqual(_keys[guess])) return guess;
        return _positions.TryGet(name, out var position) ? position : Add(name);
    }

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name), -1);

    /// <summary>The position of a channel, or −1.</summary>
    public int IndexOf(string name) => _names.IndexOf(name);

    private int Add(ReadOnlySpan<byte> name)
    {
        if (Count == limit) return -1;
        _positions.Add(name, Count);
        _keys.Add(name.ToArray());
        _names.Add(Encoding.UTF8.GetString(name));
        return Count - 1;
    }
}

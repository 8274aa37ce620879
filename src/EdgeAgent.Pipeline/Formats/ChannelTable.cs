using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>Finds a channel's position by its name as it arrives. Only grows. Belongs to the source's loop.</summary>
/// <param name="limit">Channels that it holds at most.</param>
internal sealed class ChannelTable(int limit)
{
    private readonly Utf8Map<int> _positions = new();
    private readonly List<byte[]> _keys = [];

    public int Count => _keys.Count;

    /// <summary>The channels so far.</summary>
    public ChannelNames Current { get; private set; } = ChannelNames.None;

    /// <summary>The position of a channel, added if it is new; −1 when the table is full.</summary>
    /// <param name="name">Its name in UTF-8.</param>
    /// <param name="guess">Where it stood in the last payload: senders keep their order, so this nearly always hits.</param>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)_keys.Count && name.SequenceEqual(_keys[guess])) return guess;
        return _positions.TryGet(name, out var position) ? position : Add(name);
    }

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name), -1);

    private int Add(ReadOnlySpan<byte> name)
    {
        if (Count == limit) return -1;
        _positions.Add(name, Count);
        _keys.Add(name.ToArray());
        Current = new ChannelNames([.. Current.Names, Encoding.UTF8.GetString(name)]);
        return Count - 1;
    }
}

using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Finds a channel by the name that values arrive under. Only grows, but for what a refused message brought. Belongs to the
/// source's loop.
/// </summary>
internal sealed class ChannelTable
{
    private readonly int _limit;
    private readonly IReadOnlyDictionary<string, ConversionOptions> _conversions;
    private readonly List<byte[]> _keys = [];
    private Utf8Map<int> _slots = new();
    private ChannelSlot[] _data = new ChannelSlot[16];

    /// <param name="limit">Channels that it holds at most.</param>
    public ChannelTable(int limit) => (_limit, _conversions) = (limit, new Dictionary<string, ConversionOptions>());

    /// <summary>The channels that a source lists, in that order; others may follow.</summary>
    public ChannelTable(PayloadOptions source)
    {
        _limit = Math.Max(source.ChannelLimit, source.Channels.Count);
        _conversions = source.Conversions;
        foreach (var channel in source.Channels)
        {
            var slot = Find(channel.Name);
            _data[slot] = SlotOf(channel);
        }
    }

    /// <summary>Channels so far.</summary>
    public int Count => Current.Count;

    /// <summary>Names that values came under so far.</summary>
    public int Slots => _keys.Count;

    /// <summary>The channels so far.</summary>
    public ChannelNames Current { get; private set; } = ChannelNames.None;

    /// <summary>Times that slots were forgotten; whoever keeps slots by other names than these looks at it.</summary>
    public int Forgotten { get; private set; }

    public ref readonly ChannelSlot this[int slot] => ref _data[slot];

    /// <summary>The slot of a name, added if it is new; −1 when the table is full.</summary>
    /// <param name="name">The name as it arrives, in UTF-8.</param>
    /// <param name="guess">Where it stood in the last payload: senders keep their order, so this nearly always hits.</param>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if (IsAt(guess, name)) return guess;
        return _slots.TryGet(name, out var slot) ? slot : Add(name);
    }

    /// <summary>Whether a slot has that name.</summary>
    public bool IsAt(int slot, ReadOnlySpan<byte> name) => (uint)slot < (uint)_keys.Count && name.SequenceEqual(_keys[slot]);

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name), -1);

    /// <summary>Forgets what came after the table had so many slots: a message that is refused leaves nothing behind.</summary>
    public void ForgetAfter(int slots)
    {
        if (_keys.Count == slots) return;
        Forgotten++;
        _keys.RemoveRange(slots, _keys.Count - slots);
        _slots = new Utf8Map<int>();
        var channels = 0;
        for (var slot = 0; slot < slots; slot++)
        {
            _slots.Add(_keys[slot], slot);
            channels = Math.Max(channels, _data[slot].Position + 1);
        }
        Current = new ChannelNames([.. Current.Names.Take(channels)]);
    }

    private int Add(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        var conversion = _conversions.GetValueOrDefault(text);
        var position = PositionOf(conversion?.To ?? text);
        if (position < 0) return -1;
        var slot = _keys.Count;
        if (slot == _data.Length) Array.Resize(ref _data, 2 * slot);
        _data[slot] = conversion is null ? ChannelSlot.Plain(position) : Converted(position, conversion);
        _slots.Add(name, slot);
        _keys.Add(name.ToArray());
        return slot;
    }

    private int PositionOf(string channel)
    {
        var known = Current.IndexOf(channel);
        if (known >= 0) return known;
        if (Count == _limit) return -1;
        Current = new ChannelNames([.. Current.Names, channel]);
        return Count - 1;
    }

    /// <summary>What is renamed to a listed channel keeps to its range.</summary>
    private ChannelSlot Converted(int position, ConversionOptions conversion)
    {
        var listed = _slots.TryGet(Encoding.UTF8.GetBytes(Current.Names[position]), out var slot)
            ? _data[slot] : ChannelSlot.Plain(position);
        return listed with { Scale = conversion.Scale, Offset = conversion.Offset };
    }

    private ChannelSlot SlotOf(ChannelOptions channel) => new(
        Current.IndexOf(channel.Name), channel.Scale, channel.Offset,
        channel.Min ?? float.NegativeInfinity, channel.Max ?? float.PositiveInfinity);
}

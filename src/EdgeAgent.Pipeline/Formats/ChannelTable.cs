using System.Text;
using System.Text.Unicode;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Finds a channel by the name that values arrive under. A message that is refused leaves nothing behind in it; where it is full, a
/// name that nobody has sent for long makes room for one that comes again. Belongs to the source's loop.
/// </summary>
internal sealed class ChannelTable
{
    /// <summary>Names that are remembered of those that found no room: 32 KB.</summary>
    private const int HeardSize = 1 << 14;
    private const int Full = -1;
    /// <summary>Where no channel may go, all are looked at again no sooner than this.</summary>
    private static readonly long LookEvery = TimeSpan.FromSeconds(1).Ticks;

    private readonly int _limit;
    private readonly IReadOnlyDictionary<string, ConversionOptions> _conversions;
    private readonly List<byte[]> _keys = [];
    private readonly HeardBefore _heard = new(HeardSize);
    private readonly List<(int Slot, byte[] Key, Presence Presence)> _replaced = [];
    private readonly List<string> _names = [];
    /// <summary>Channels that conversions speak of.</summary>
    private readonly HashSet<string> _configured = [];
    private Utf8Map<int> _slots = new();
    private ChannelSlot[] _data = new ChannelSlot[16];
    private Presence[] _presence = new Presence[16];
    private ChannelNames? _current = ChannelNames.None;
    private ChannelNames? _before = ChannelNames.None;
    private long _nowTicks;
    private long _noneTicks = long.MinValue / 2;
    private int _fixed;

    /// <param name="limit">Channels that it holds at most.</param>
    public ChannelTable(int limit) => (_limit, _conversions) = (limit, new Dictionary<string, ConversionOptions>());

    /// <summary>The channels that a source lists, in that order; others may follow.</summary>
    public ChannelTable(PayloadOptions source)
    {
        _limit = Math.Max(source.ChannelLimit, source.Channels.Count);
        _conversions = source.Conversions;
        foreach (var (name, conversion) in _conversions) _configured.Add(conversion.To ?? name);
        foreach (var channel in source.Channels)
        {
            var slot = Find(channel.Name);
            _data[slot] = SlotOf(channel);
        }
    }

    /// <summary>Channels so far.</summary>
    public int Count => _names.Count;

    /// <summary>Names that values came under so far.</summary>
    public int Slots => _keys.Count;

    /// <summary>The channels so far. Made when it is asked for: a message may bring many names and be refused.</summary>
    public ChannelNames Current => _current ??= new ChannelNames([.. _names]);

    /// <summary>Times that slots were forgotten; whoever keeps slots by other names than these looks at it.</summary>
    public int Forgotten { get; private set; }

    /// <summary>Channels that made room for others; positions of readings meant something else before each.</summary>
    public long Replaced { get; private set; }

    /// <summary>Why the last name that was not found has no slot.</summary>
    public DecodeFailure Refusal { get; private set; }

    public ref readonly ChannelSlot this[int slot] => ref _data[slot];

    /// <summary>The slot of a name, added if it is new; −1 where it is refused, see <see cref="Refusal"/>.</summary>
    /// <param name="name">The name as it arrives, in UTF-8.</param>
    /// <param name="guess">Where it stood in the last payload: senders keep their order, so this nearly always hits.</param>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if (!IsAt(guess, name) && !_slots.TryGet(name, out guess)) guess = Add(name);
        Note(guess);
        return guess;
    }

    /// <summary>A value came under a slot that was known without its name.</summary>
    public void Note(int slot)
    {
        if (slot >= _fixed) _presence[slot].Note(_nowTicks);
    }

    /// <summary>Whether a slot has that name.</summary>
    public bool IsAt(int slot, ReadOnlySpan<byte> name) => (uint)slot < (uint)_keys.Count && name.SequenceEqual(_keys[slot]);

    public int Find(string name) => Find(Encoding.UTF8.GetBytes(name), -1);

    /// <summary>What is there now is configured, and stays.</summary>
    public void Fix() => _fixed = _keys.Count;

    /// <summary>Begins a message, which <see cref="Keep"/> or <see cref="ForgetAfter"/> ends.</summary>
    public void Begin(long arrivalTicks) => (_nowTicks, _before) = (arrivalTicks, _current);

    /// <summary>The message is usable: what it brought stays.</summary>
    public void Keep()
    {
        if (_replaced.Count == 0) return;
        Replaced += _replaced.Count;
        _replaced.Clear();
    }

    /// <summary>Forgets what came after the table had so many slots: a message that is refused leaves nothing behind.</summary>
    public void ForgetAfter(int slots)
    {
        if (_keys.Count == slots && _replaced.Count == 0) return;
        Forgotten++;
        PutBack();
        _keys.RemoveRange(slots, _keys.Count - slots);
        _slots = new Utf8Map<int>();
        var channels = 0;
        for (var slot = 0; slot < slots; slot++)
        {
            _slots.Add(_keys[slot], slot);
            channels = Math.Max(channels, _data[slot].Position + 1);
        }
        if (channels < Count) _names.RemoveRange(channels, Count - channels);
        _current = _before?.Count == Count && _before.Names.SequenceEqual(_names) ? _before : null;
    }

    private int Add(ReadOnlySpan<byte> name)
    {
        Refusal = DecodeFailure.NameTooLong;
        if (name.Length > NameBuffer.NameLimit) return Full;
        Refusal = DecodeFailure.NameNotUnicode;
        if (!Utf8.IsValid(name)) return Full;
        Refusal = DecodeFailure.TooManyChannels;
        var text = Encoding.UTF8.GetString(name);
        var conversion = _conversions.GetValueOrDefault(text);
        var channel = conversion?.To ?? text;
        var position = _names.IndexOf(channel);
        if (position < 0 && Count == _limit) return Replace(name, channel, conversion);
        if (position < 0) position = Append(channel);
        var slot = _keys.Count;
        if (slot == _data.Length)
        {
            Array.Resize(ref _data, 2 * slot);
            Array.Resize(ref _presence, 2 * slot);
        }
        _keys.Add(name.ToArray());
        Put(slot, position, conversion);
        return slot;
    }

    private int Append(string channel)
    {
        _names.Add(channel);
        _current = null;
        return Count - 1;
    }

    private void Put(int slot, int position, ConversionOptions? conversion)
    {
        _data[slot] = conversion is null ? ChannelSlot.Plain(position) : Converted(position, conversion);
        _presence[slot] = default;
        _slots.Add(_keys[slot], slot);
    }

    /// <summary>Gives a name the place of one that nobody has sent for long.</summary>
    private int Replace(ReadOnlySpan<byte> name, string channel, ConversionOptions? conversion)
    {
        // A name that comes once is worth no other's place.
        if (!_heard.Note(name)) return Full;
        var slot = MostIdle();
        if (slot < 0) return Full;
        Forgotten++;
        _replaced.Add((slot, _keys[slot], _presence[slot]));
        _slots.Remove(_keys[slot]);
        _keys[slot] = name.ToArray();
        Rename(_data[slot].Position, channel);
        Put(slot, _data[slot].Position, conversion);
        return slot;
    }

    private int MostIdle()
    {
        if ((ulong)(_nowTicks - _noneTicks) < (ulong)LookEvery) return -1;
        var (found, most) = (-1, 0d);
        for (var slot = _fixed; slot < _keys.Count; slot++)
        {
            // What conversions speak of is configured, and several names may lead to it.
            if (!_presence[slot].MayGo(_nowTicks) || _configured.Contains(_names[_data[slot].Position])) continue;
            if (_presence[slot].Rank(_nowTicks) is var rank && rank > most) (found, most) = (slot, rank);
        }
        if (found < 0) _noneTicks = _nowTicks;
        return found;
    }

    private void Rename(int position, string channel)
    {
        _names[position] = channel;
        _current = null;
    }

    private void PutBack()
    {
        for (var i = _replaced.Count - 1; i >= 0; i--)
        {
            var (slot, key, presence) = _replaced[i];
            var position = _data[slot].Position;
            (_keys[slot], _presence[slot], _data[slot]) = (key, presence, ChannelSlot.Plain(position));
            Rename(position, Encoding.UTF8.GetString(key));
        }
        _replaced.Clear();
    }

    /// <summary>What is renamed to a listed channel keeps to its range.</summary>
    private ChannelSlot Converted(int position, ConversionOptions conversion)
    {
        var listed = _slots.TryGet(Encoding.UTF8.GetBytes(_names[position]), out var slot)
            ? _data[slot] : ChannelSlot.Plain(position);
        return listed with { Scale = conversion.Scale, Offset = conversion.Offset };
    }

    private ChannelSlot SlotOf(ChannelOptions channel) => new(
        _names.IndexOf(channel.Name), channel.Scale, channel.Offset,
        channel.Min ?? float.NegativeInfinity, channel.Max ?? float.PositiveInfinity);
}

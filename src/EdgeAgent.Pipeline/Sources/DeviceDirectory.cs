using System.Text;
using System.Text.Unicode;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Knows the devices of one source and finds the one that a message belongs to, without allocating once it is known. A device comes
/// to be with its first usable message; where there are as many as there may be, the one that is silent longest makes room. Belongs to
/// the source's loop; anyone may look at <see cref="Count"/>.
/// </summary>
internal sealed class DeviceDirectory
{
    /// <summary>Names that are remembered of those that found no room: half a megabyte.</summary>
    private const int HeardSize = 1 << 18;
    private static readonly CapturedTexts NoTexts = new();

    private readonly Utf8Cache<Device> _byTopic;
    /// <summary>Devices of topics that were looked at without a message of theirs being read.</summary>
    private readonly Utf8Cache<Device> _peeked;
    private readonly IdleDevices _idle = new();
    private readonly HeardBefore _heard = new(HeardSize);
    private readonly HashSet<string> _staying;
    /// <summary>What the message under way has brought.</summary>
    private readonly List<Device> _new = [];
    private readonly List<(byte[] Topic, Device Device)> _newTopics = [];
    private readonly List<Device> _leaving = [];
    private readonly string _source;
    private readonly int _lanes;
    private readonly int _roomForOthers;
    private readonly BoundName? _name;
    private Utf8Map<Device> _byName = new();
    private List<Device> _devices = [];
    private int _stay;

    public DeviceDirectory(SourceOptions options, int lanes)
    {
        (_source, _lanes) = (options.Name, lanes);
        (_byTopic, _peeked) = (new Utf8Cache<Device>(options.TopicLimit), new Utf8Cache<Device>(options.TopicLimit));
        _staying = [.. options.KnownDevices];
        _roomForOthers = Math.Max(0, options.DeviceLimit - _staying.Count);
        var template = NameTemplate.Parse(options.Device);
        if (template.IsOfTopic) _name = new BoundName(template, _ => throw new InvalidOperationException("a topic has no payload"));
    }

    public int Count => _devices.Count;

    /// <summary>Devices that made room since this was emptied; whoever empties it tells their lanes.</summary>
    public List<Device> Left { get; } = [];

    /// <summary>Knows the devices that <paramref name="before"/> knew, whose loop has ended; they keep what lanes know of them.</summary>
    public void GoOnWith(DeviceDirectory before)
    {
        (_byName, _devices) = (before._byName, before._devices);
        foreach (var device in _devices)
            device.Stays = _staying.Contains(device.Name);
        _stay = _devices.Count(d => d.Stays);
    }

    /// <summary>Whether a device was found by this topic.</summary>
    public bool Knows(ReadOnlySpan<byte> topic) => TryKnown(topic, out _);

    /// <summary>The device that was found by this topic.</summary>
    public bool TryKnown(ReadOnlySpan<byte> topic, out Device device) => _byTopic.TryGet(topic, out device) && IsThere(device);

    /// <summary>The device that a topic names, which may not be one yet: nothing changes for it. False: it names none.</summary>
    public bool TryPeek(ReadOnlySpan<byte> topic, out Device device)
    {
        if (_byTopic.TryGet(topic, out device) && IsThere(device)) return true;
        if (_peeked.TryGet(topic, out device) && !device.HasLeft) return true;
        var name = NameOf(topic);
        if (name.IsEmpty || name.Length > NameBuffer.NameLimit || !Utf8.IsValid(name)) return false;
        if (!_byName.TryGet(name, out device)) device = Make(name);
        _peeked.Set(topic, device);
        return true;
    }

    /// <summary>The device that a topic names, or why there is none.</summary>
    public DecodeFailure TryFind(ReadOnlySpan<byte> topic, out Device device)
    {
        if (_byTopic.TryGet(topic, out device) && IsThere(device)) return DecodeFailure.None;
        var name = NameOf(topic);
        if (name.IsEmpty) return DecodeFailure.NoDevice;
        var failure = TryFindNamed(name, out device);
        if (failure != DecodeFailure.None) return failure;
        // What may be refused yet waits: a flood of new names would fill the cache with devices that never come to be.
        if (IsThere(device)) _byTopic.Set(topic, device);
        else _newTopics.Add((topic.ToArray(), device));
        return DecodeFailure.None;
    }

    /// <summary>The device of that name. If it is new, it comes to be with <see cref="TryKeep"/>.</summary>
    public DecodeFailure TryFindNamed(ReadOnlySpan<byte> name, out Device device)
    {
        if (_byName.TryGet(name, out device)) return DecodeFailure.None;
        if (name.Length > NameBuffer.NameLimit) return DecodeFailure.NameTooLong;
        if (!Utf8.IsValid(name)) return DecodeFailure.NameNotUnicode;
        device = Make(name);
        _byName.Add(device.Key, device);
        _new.Add(device);
        return DecodeFailure.None;
    }

    /// <summary>The message under way is usable: what it brought comes to be. False: there is no room; it is forgotten.</summary>
    /// <param name="nowTicks">When the message arrived; 0: unknown.</param>
    public bool TryKeep(long nowTicks)
    {
        if (_new.Count == 0) return true;
        if (!TryMakeRoom(nowTicks))
        {
            Forget();
            return false;
        }
        foreach (var device in _leaving) Remove(device);
        Left.AddRange(_leaving);
        _leaving.Clear();
        foreach (var device in _new) Add(device);
        foreach (var (topic, device) in _newTopics) _byTopic.Set(topic, device);
        _new.Clear();
        _newTopics.Clear();
        return true;
    }

    /// <summary>The message under way is refused: nothing of it is left.</summary>
    public void Forget()
    {
        foreach (var device in _new) _byName.Remove(device.Key);
        _new.Clear();
        _newTopics.Clear();
        _leaving.Clear();
    }

    /// <summary>Where the payload names the device, the topic does only for want of it: as a recording's file does.</summary>
    private ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> topic) => _name is null ? topic : _name.Of(topic, NoTexts);

    /// <summary>A topic may lead to a device that has left, or that a refused message brought.</summary>
    private static bool IsThere(Device device) => device.Place >= 0;

    private Device Make(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        return new Device(text, _source, Device.LaneOf(text, _lanes)) { Key = name.ToArray(), Stays = _staying.Contains(text) };
    }

    /// <summary>A name that comes once is not worth another's place: a flood of such would wear out lanes and state.</summary>
    private bool TryMakeRoom(long nowTicks)
    {
        var wanted = _devices.Count - _stay + _new.Count(d => !d.Stays) - _roomForOthers;
        if (wanted <= 0) return true;
        var isKnown = true;
        foreach (var device in _new) isKnown &= device.Stays || _heard.Note(device.Key);
        if (!isKnown) return false;
        for (; wanted > 0; wanted--)
        {
            if (_idle.Next(_devices, nowTicks) is not { } device) return false;
            _leaving.Add(device);
        }
        return true;
    }

    private void Add(Device device)
    {
        device.Place = _devices.Count;
        _devices.Add(device);
        if (device.Stays) _stay++;
    }

    private void Remove(Device device)
    {
        var last = _devices[^1];
        _devices[device.Place] = last;
        last.Place = device.Place;
        _devices.RemoveAt(_devices.Count - 1);
        _byName.Remove(device.Key);
        (device.Place, device.HasLeft) = (-1, true);
    }
}

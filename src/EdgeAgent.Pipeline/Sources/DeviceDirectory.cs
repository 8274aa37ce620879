using System.Text;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Knows the devices of one source and finds the one that a message belongs to, without allocating once it is known. Belongs to
/// the source's loop; anyone may look at <see cref="Count"/>.
/// </summary>
internal sealed class DeviceDirectory
{
    private const int TopicLimit = 100_000;
    private static readonly CapturedTexts NoTexts = new();

    private Utf8Map<Device> _byName = new();
    private readonly Utf8Map<Device> _byTopic = new();
    private readonly string _source;
    private readonly int _lanes;
    private readonly int _deviceLimit;
    private readonly BoundName? _name;

    public DeviceDirectory(SourceOptions options, int lanes)
    {
        (_source, _lanes, _deviceLimit) = (options.Name, lanes, options.DeviceLimit);
        var template = NameTemplate.Parse(options.Device);
        if (template.IsOfTopic) _name = new BoundName(template, _ => throw new InvalidOperationException("a topic has no payload"));
    }

    public int Count => _byName.Count;

    /// <summary>Knows the devices that <paramref name="before"/> knew, whose loop has ended; they keep what lanes know of them.</summary>
    public void GoOnWith(DeviceDirectory before) => _byName = before._byName;

    /// <summary>Whether a device was found by this topic.</summary>
    public bool Knows(ReadOnlySpan<byte> topic) => _byTopic.TryGet(topic, out _);

    /// <summary>The device that a topic names, or why there is none.</summary>
    public DecodeFailure TryFind(ReadOnlySpan<byte> topic, out Device device)
    {
        if (_byTopic.TryGet(topic, out device)) return DecodeFailure.None;
        // Where the payload names the device, the topic does only for want of it: as a recording's file does.
        var name = _name is null ? topic : _name.Of(topic, NoTexts);
        if (name.IsEmpty) return DecodeFailure.NoDevice;
        var failure = TryFindNamed(name, out device);
        if (failure != DecodeFailure.None) return failure;
        if (topic.Length > NameBuffer.BytesLimit) return failure;
        // Many topics may lead to one device; their cache starts over rather than grow without end.
        if (_byTopic.Count >= TopicLimit) _byTopic.Clear();
        _byTopic.Add(topic, device);
        return failure;
    }

    /// <summary>The device of that name.</summary>
    public DecodeFailure TryFindNamed(ReadOnlySpan<byte> name, out Device device)
    {
        if (_byName.TryGet(name, out device)) return DecodeFailure.None;
        if (_byName.Count >= _deviceLimit) return DecodeFailure.TooManyDevices;
        var text = Encoding.UTF8.GetString(name);
        device = new Device(text, _source, Device.LaneOf(text, _lanes));
        _byName.Add(name, device);
        return DecodeFailure.None;
    }
}

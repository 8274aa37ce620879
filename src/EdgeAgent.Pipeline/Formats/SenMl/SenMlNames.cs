using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>
/// Names the device and the channel of a record. Templates may ask payload or row for <c>bn</c>, <c>n</c>, <c>u</c> and <c>name</c>,
/// which is both names together. Belongs to a decoder.
/// </summary>
internal sealed class SenMlNames
{
    private const int BaseNamePart = 0, NamePart = 1, UnitPart = 2, BaseUnitPart = 3, FullNamePart = 4;

    private readonly BoundName? _device;
    private readonly BoundName? _channel;
    private readonly bool _needsFullName;
    private readonly bool _needsUnit;
    private readonly bool _needsName;
    private readonly CapturedTexts _texts = new();
    private readonly NameBuffer _baseName = new();
    private readonly NameBuffer _fullName = new();

    public SenMlNames(PayloadOptions source)
    {
        var device = NameTemplate.Parse(source.Device);
        var channel = source.Channel is { } written ? NameTemplate.Parse(written) : null;
        if (!device.IsOfTopic) _device = new BoundName(device, PartOf);
        if (channel is not null) _channel = new BoundName(channel, PartOf);
        List<NamePart> parts = [.. device.Parts, .. channel?.Parts ?? []];
        _needsFullName = parts.Exists(p => p.Place == NamePlace.Name || p.Text == "name");
        _needsUnit = parts.Exists(p => p.Text == "u");
        _needsName = channel is not null || _needsFullName || parts.Exists(p => p.Text == "n");
    }

    public bool NamesDevices => _device is not null;

    /// <summary>Whether a record's name, where it has one, is its channel's name and nothing else.</summary>
    public bool NamesAreChannels => !_needsName;

    /// <summary>Whether a template may ask payload or row for this.</summary>
    public static bool HasPlace(string path) => Number(path) >= 0;

    public void BeginPack()
    {
        _texts.Clear();
        _baseName.Clear();
    }

    public void BeginRecord()
    {
        _texts.SetPart(NamePart, []);
        if (_needsUnit) _texts.SetPart(UnitPart, []);
    }

    public void SetBaseName(ReadOnlySpan<byte> name)
    {
        _baseName.Clear();
        _baseName.Append(name);
        // What separates it from the names of its channels is no part of a device's name.
        _texts.SetPart(BaseNamePart, name.TrimEnd(":/"u8));
    }

    public void SetName(ReadOnlySpan<byte> name) => _texts.SetPart(NamePart, name);

    public void SetUnit(ReadOnlySpan<byte> unit)
    {
        if (_needsUnit) _texts.SetPart(UnitPart, unit);
    }

    public void SetBaseUnit(ReadOnlySpan<byte> unit)
    {
        if (_needsUnit) _texts.SetPart(BaseUnitPart, unit);
    }

    /// <summary>All of the record is known.</summary>
    public void EndRecord()
    {
        if (_needsUnit && _texts.Part(UnitPart).IsEmpty) _texts.SetPart(UnitPart, _texts.Part(BaseUnitPart));
        if (!_needsFullName) return;
        _fullName.Clear();
        _fullName.Append(_baseName.Name);
        _fullName.Append(_texts.Part(NamePart));
        _texts.SetName(_fullName.Name);
        _texts.SetPart(FullNamePart, _fullName.Name);
    }

    /// <summary>Empty: the record does not say it.</summary>
    public ReadOnlySpan<byte> Device(in IncomingMessage message) =>
        _device is { } device ? device.Of(message.Topic, _texts) : message.Device;

    /// <summary>The record's own name, or else the last part of its base name; empty: it has neither.</summary>
    public ReadOnlySpan<byte> Channel(in IncomingMessage message)
    {
        if (_channel is { } channel) return channel.Of(message.Topic, _texts);
        var name = _texts.Part(NamePart);
        if (!name.IsEmpty) return name;
        var baseName = _texts.Part(BaseNamePart);
        return baseName[(baseName.LastIndexOfAny(":/"u8) + 1)..];
    }

    private static int PartOf(NamePart part) => Number(part.Text) is >= 0 and var number ? number
        : throw new ArgumentException($"\"{part.Text}\" is none of a SenML record's bn, n, u and name");

    private static int Number(string path) => path switch
    {
        "bn" => BaseNamePart,
        "n" => NamePart,
        "u" => UnitPart,
        "name" => FullNamePart,
        _ => -1,
    };
}

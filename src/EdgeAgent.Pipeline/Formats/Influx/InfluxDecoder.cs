using System.Buffers;
using System.Buffers.Text;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>
/// Reads InfluxDB line protocol: each line brings a value of each of its fields. Lines of one device and one time that follow each
/// other are one reading. A time is in the unit that its magnitude tells; a line without one has the time of arrival. Belongs to a
/// source's loop.
/// </summary>
internal sealed class InfluxDecoder : IPayloadDecoder
{
    private static readonly SearchValues<byte> IntegerBytes = SearchValues.Create("-0123456789"u8);

    private readonly ChannelTable _table;
    private readonly NamedChannels _channels;
    private readonly TextValue _texts;
    private readonly InfluxPlaces _places = new();
    private readonly BoundName? _device;
    private readonly BoundName? _channel;
    private readonly bool _namesWhole;
    private readonly CapturedTexts _captured = new();
    private readonly ChannelPrefix _prefix = new();
    private readonly byte[] _scratch = new byte[NameBuffer.BytesLimit];
    private int _guess;
    private int _wanted;
    private int _textsLeftOut;

    public InfluxDecoder(PayloadOptions source, ChannelTable channels)
    {
        _table = channels;
        _channels = new NamedChannels(source, channels, '.', "fields");
        _texts = new TextValue(source);
        var device = NameTemplate.Parse(source.Device);
        if (!device.IsOfTopic) _device = new BoundName(device, _places.PartOf);
        if (source.Channel is null) return;
        var channel = NameTemplate.Parse(source.Channel);
        _channel = new BoundName(channel, _places.PartOf);
        _namesWhole = channel.Parts.Any(p => p.Place == NamePlace.Name);
    }

    public bool NamesDevices => _device is not null;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        (_guess, _wanted, _textsLeftOut) = (0, 0, 0);
        var rest = InfluxLine.SkipToLine(JsonRepair.Trim(message.Payload));
        if (rest.IsEmpty) return DecodeFailure.Empty;
        while (!rest.IsEmpty)
        {
            if (!InfluxLine.TryTake(ref rest, out var line)) return DecodeFailure.BadLine;
            var failure = Take(line, message, rows);
            if (failure != DecodeFailure.None) return failure;
            rest = InfluxLine.SkipToLine(rest);
        }
        if (rows.HasRows) return DecodeFailure.None;
        if (rows.SawOutOfRange) return DecodeFailure.NoUsableValue;
        return _textsLeftOut > 0 ? DecodeFailure.OnlyTexts : _wanted > 0 ? DecodeFailure.NoChannels : DecodeFailure.NotTelemetry;
    }

    private DecodeFailure Take(in InfluxLine line, in IncomingMessage message, DecodedRows rows)
    {
        var ticks = message.ArrivalTicks;
        if (!line.Time.IsEmpty && !TryTime(line.Time, ref ticks)) return DecodeFailure.BadTime;
        _places.Capture(line, _captured);
        var device = _device is null ? message.Device : _device.Of(message.Topic, _captured);
        if (device.IsEmpty && _device is not null) return DecodeFailure.NoDevice;
        var number = rows.Device(device);
        if (_channel is not null && !_namesWhole) _prefix.Begin(_channel.Of(message.Topic, _captured));
        var fields = new InfluxFields(line.Fields);
        while (fields.TryTake(out var key, out var value))
        {
            var name = NameOf(InfluxText.Plain(key, _scratch), message.Topic, out var depth);
            if (name.IsEmpty) return DecodeFailure.NoChannelName;
            var slot = _channels.Find(name, _guess, out var isListed);
            _prefix.Pop(depth);
            if (slot == NamedChannels.Full) return _table.Refusal;
            if (!TryValue(value, isListed, out var number32)) return DecodeFailure.BadLine;
            if (slot == NamedChannels.NotWanted) continue;
            _wanted++;
            _guess = slot + 1;
            if (value[0] == '"' && float.IsNaN(number32)) _textsLeftOut++;
            rows.Add(number, ticks, slot, number32);
        }
        return DecodeFailure.None;
    }

    private ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> field, ReadOnlySpan<byte> topic, out int depth)
    {
        depth = 0;
        if (_channel is null || field.IsEmpty) return field;
        if (_namesWhole)
        {
            _captured.SetName(field);
            return _channel.Of(topic, _captured);
        }
        depth = _prefix.Push(field);
        return _prefix.Name;
    }

    /// <summary>The number that a field is; NaN: it is a text that is none. False: it is nothing that a line may hold.</summary>
    private bool TryValue(ReadOnlySpan<byte> value, bool isListed, out float number)
    {
        number = float.NaN;
        switch (value[0])
        {
            case (byte)'"':
                _texts.TryRead(value[1..^1], isListed, out number);
                return true;
            case (byte)'t' or (byte)'T':
                number = 1;
                return value.Length == 1
                    || value.SequenceEqual("true"u8) || value.SequenceEqual("True"u8) || value.SequenceEqual("TRUE"u8);
            case (byte)'f' or (byte)'F':
                number = 0;
                return value.Length == 1
                    || value.SequenceEqual("false"u8) || value.SequenceEqual("False"u8) || value.SequenceEqual("FALSE"u8);
            default:
                return TryNumber(value, out number);
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> value, out float number)
    {
        number = float.NaN;
        if (value[^1] is (byte)'i' or (byte)'u')
        {
            value = value[..^1];
            if (value.ContainsAnyExcept(IntegerBytes)) return false;
        }
        if (!PlainNumber.TryRead(value, out var parsed)
            && (!Utf8Parser.TryParse(value, out parsed, out var used) || used != value.Length))
            return false;
        number = (float)parsed;
        if (!float.IsFinite(number)) number = float.NaN;
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, ref long ticks) =>
        Utf8Parser.TryParse(text, out long time, out var used) && used == text.Length && UnixTicks.TryRead(time, ref ticks);
}

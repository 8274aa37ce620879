using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>
/// Reads packs of SenML records, whatever their encoding: what a base field says holds until another says otherwise. A record alone is
/// a pack of one. Belongs to a decoder.
/// </summary>
internal sealed class SenMlPack(PayloadOptions source, ChannelTable channels)
{
    /// <summary>The version of RFC 8428, and the one that adds the secondary units of RFC 9100.</summary>
    private const long Version = 10, VersionWithUnits = 26;

    private readonly SenMlNames _names = new(source);
    private readonly TextValue _texts = new(source);
    /// <summary>Names of records have slashes between their parts, as those of LwM2M do.</summary>
    private readonly NamedChannels _channels = new(source, channels, '/');
    private SenMlBase _base;
    private DecodeFailure _failure;
    private int _guess;
    private int _textsLeftOut;
    private int _notWanted;

    public bool NamesDevices => _names.NamesDevices;

    /// <summary>Why packs that were read to their end brought no reading.</summary>
    public DecodeFailure NothingFound =>
        _textsLeftOut > 0 ? DecodeFailure.OnlyTexts : _notWanted > 0 ? DecodeFailure.NotTelemetry : DecodeFailure.NoChannels;

    /// <summary>Writes the readings of all packs of a payload.</summary>
    public DecodeFailure Read<TReader>(ref TReader reader, in IncomingMessage message, DecodedRows rows)
        where TReader : struct, ITokenReader, allows ref struct
    {
        (_failure, _guess, _textsLeftOut, _notWanted) = (DecodeFailure.None, 0, 0, 0);
        while (_failure == DecodeFailure.None && reader.Read())
        {
            _base = default;
            _names.BeginPack();
            if (reader.Kind != JsonTokenType.StartArray)
            {
                ReadRecord(ref reader, message, rows);
                continue;
            }
            while (_failure == DecodeFailure.None && reader.Read() && reader.Kind != JsonTokenType.EndArray)
                ReadRecord(ref reader, message, rows);
        }
        return _failure;
    }

    private void ReadRecord<TReader>(ref TReader reader, in IncomingMessage message, DecodedRows rows)
        where TReader : struct, ITokenReader, allows ref struct
    {
        if (reader.Kind != JsonTokenType.StartObject)
        {
            _failure = DecodeFailure.BadSenMl;
            return;
        }
        var record = new SenMlRecord();
        _names.BeginRecord();
        while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
        {
            var field = SenMlLabel.Of(reader.Text);
            reader.Read();
            Take(ref reader, field, ref record);
            reader.Skip();
        }
        if (_failure == DecodeFailure.None) EndRecord(record, message, rows);
    }

    private void Take<TReader>(ref TReader reader, SenMlField field, ref SenMlRecord record)
        where TReader : struct, ITokenReader, allows ref struct
    {
        switch (field)
        {
            case SenMlField.Name: record.Slot = TakeName(Text(ref reader)); break;
            case SenMlField.Value: record.HasText |= reader.Kind == JsonTokenType.String; record.Value = Number(ref reader); break;
            case SenMlField.Time: record.TimeTicks = Time(ref reader); break;
            case SenMlField.Unit: _names.SetUnit(Text(ref reader)); break;
            case SenMlField.TextValue or SenMlField.BooleanValue: record.OtherValue = Other(ref reader, ref record); break;
            case SenMlField.Sum: record.Sum = Number(ref reader); break;
            case SenMlField.BaseName: _names.SetBaseName(Text(ref reader)); break;
            case SenMlField.BaseTime: _base.TimeTicks = Time(ref reader); break;
            case SenMlField.BaseUnit: _names.SetBaseUnit(Text(ref reader)); break;
            case SenMlField.BaseValue: _base.Value = OrZero(Number(ref reader)); break;
            case SenMlField.BaseSum: _base.Sum = OrZero(Number(ref reader)); break;
            case SenMlField.BaseVersion when IsNewer(ref reader): _failure = DecodeFailure.BadSenMl; break;
            case SenMlField.MustKnow: _failure = DecodeFailure.BadSenMl; break;
        }
    }

    /// <summary>Senders keep their order: the name that stood here in the last pack needs no copy.</summary>
    private int TakeName(ReadOnlySpan<byte> name)
    {
        if (_names.NamesAreChannels && _channels.TakesEvery && channels.IsAt(_guess, name)) return channels.Find(name, _guess);
        _names.SetName(name);
        return -1;
    }

    private void EndRecord(in SenMlRecord record, in IncomingMessage message, DecodedRows rows)
    {
        _names.EndRecord();
        var name = record.Slot < 0 ? _names.Channel(message) : [];
        var value = (float)_base.Resolve(record, isListed: record.Slot < 0 && _channels.IsListed(name));
        if (!float.IsFinite(value))
        {
            if (record.HasText && (record.Slot >= 0 || _channels.Wants(name))) _textsLeftOut++;
            return;
        }
        var device = _names.Device(message);
        if (!SenMlTime.TryResolve(_base.TimeTicks + record.TimeTicks, message.ArrivalTicks, out var ticks))
            _failure = DecodeFailure.BadTime;
        else if (device.IsEmpty && NamesDevices)
            _failure = DecodeFailure.NoDevice;
        else if (record.Slot < 0 && name.IsEmpty)
            _failure = DecodeFailure.NoChannelName;
        else
            Add(device, record.Slot >= 0 ? record.Slot : _channels.Find(name, _guess, out _), ticks, value, rows);
    }

    private void Add(ReadOnlySpan<byte> device, int slot, long ticks, float value, DecodedRows rows)
    {
        if (slot == NamedChannels.NotWanted)
        {
            _notWanted++;
            return;
        }
        if (slot == NamedChannels.Full)
        {
            _failure = channels.Refusal;
            return;
        }
        _guess = slot + 1;
        rows.Add(rows.Device(device), ticks, slot, value);
    }

    private static ReadOnlySpan<byte> Text<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct =>
        reader.Kind == JsonTokenType.String ? reader.Text : [];

    /// <summary>A switch or a text. The name may follow, which says whether somebody asked for it: then more words are numbers.</summary>
    private double Other<TReader>(ref TReader reader, ref SenMlRecord record) where TReader : struct, ITokenReader, allows ref struct
    {
        if (reader.Kind != JsonTokenType.String) return Number(ref reader);
        record.HasText = true;
        record.ListedValue = _texts.TryRead(reader.Text, isWanted: true, out var listed) ? listed : double.NaN;
        return _texts.TryRead(reader.Text, isWanted: false, out var text) ? text : double.NaN;
    }

    /// <summary>The number at the reader, in whatever form; NaN: it is none.</summary>
    private double Number<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        switch (reader.Kind)
        {
            case JsonTokenType.Number: return reader.TryGetDouble(out var number) ? number : double.NaN;
            case JsonTokenType.True: return 1;
            case JsonTokenType.False: return 0;
            case JsonTokenType.String when _texts.TryRead(reader.Text, isWanted: false, out var text): return text;
            default: return double.NaN;
        }
    }

    private static double OrZero(double number) => double.IsFinite(number) ? number : 0;

    private long Time<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        if (!SenMlTime.TryRead(ref reader, out var ticks)) _failure = DecodeFailure.BadTime;
        return ticks;
    }

    private static bool IsNewer<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct =>
        reader.Kind != JsonTokenType.Number || !reader.TryGetInt64(out var version) || version is > Version and not VersionWithUnits;
}

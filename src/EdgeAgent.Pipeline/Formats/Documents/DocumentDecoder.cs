using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Reads payloads of nested objects and arrays, whatever their encoding: each row brings a value of one channel, or one of each of
/// several; arrays of samples make it many readings. Without allocating. Belongs to a source's loop.
/// </summary>
internal sealed class DocumentDecoder
{
    private readonly PayloadOptions _source;
    private readonly DocumentLayout _layout;
    private readonly TextValue _texts;
    private readonly QualityCheck _quality;
    private readonly CapturedTexts _captured = new();
    private readonly ChannelPrefix _prefix = new();
    private readonly SampleBlock _block = new();
    private readonly SampleClock _clock;
    private DecodedRows _rows;
    private DecodeFailure _failure;
    private long _topTicks;
    private bool _hasTopTime;
    private RowState _row;
    private int _guess;
    private int _textsLeftOut;

    /// <summary>What is known of the row under way.</summary>
    private struct RowState
    {
        public long Ticks;
        public bool HasTime, IsBad, HasName, HasValue, SawArray;
        public float Value;
    }

    public DocumentDecoder(PayloadOptions source, ChannelTable channels)
    {
        (_source, _rows) = (source, new DecodedRows(channels));
        _layout = new DocumentLayout(source, channels);
        _texts = new TextValue(source);
        _quality = new QualityCheck(source.Quality);
        _clock = new SampleClock(source);
    }

    public bool NamesDevices => _layout.Device is not null;

    private bool IsLong => _source.ValuePath is not null;

    /// <summary>Writes the readings of all values at the top of the payload.</summary>
    /// <param name="reader">Before its first token.</param>
    /// <param name="again">The same, for what must be known before the rows.</param>
    /// <param name="message">Whose payload it is.</param>
    /// <param name="rows">Takes the readings.</param>
    public DecodeFailure Decode<TReader>(ref TReader reader, ref TReader again, in IncomingMessage message, DecodedRows rows)
        where TReader : struct, ITokenReader, allows ref struct
    {
        _rows = rows;
        _failure = DecodeFailure.None;
        (_hasTopTime, _topTicks, _guess, _textsLeftOut) = (false, message.ArrivalTicks, 0, 0);
        _row = default;
        _captured.Clear();
        if (_layout.HasRows) ReadTop(ref again);
        var values = 0;
        while (_failure == DecodeFailure.None && reader.Read())
        {
            values++;
            ReadDocument(ref reader, message);
        }
        if (_failure != DecodeFailure.None) return _failure;
        return values == 0 ? DecodeFailure.Empty : DecodeFailure.None;
    }

    /// <summary>Why a payload that was read to its end brought no reading.</summary>
    public DecodeFailure NothingFound => _row.SawArray ? DecodeFailure.BlockWithoutRate
        : _textsLeftOut > 0 ? DecodeFailure.OnlyTexts : DecodeFailure.NoChannels;

    /// <summary>Times and names outside of rows hold for rows before them, too.</summary>
    private void ReadTop<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        while (reader.Read())
            ReadTopValue(ref reader, _layout.Top);
        if (!_row.HasTime) return;
        (_hasTopTime, _topTicks) = (true, _row.Ticks);
        _row = default;
    }

    private void ReadTopValue<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Row is not null)
        {
            reader.Skip();
            return;
        }
        TakeMarks(ref reader, node);
        if (reader.Kind == JsonTokenType.StartObject && node.HasMembers)
        {
            while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
            {
                var member = node.Member(reader.Text);
                reader.Read();
                if (member is null) reader.Skip();
                else ReadTopValue(ref reader, member);
            }
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadDocument<TReader>(ref TReader reader, in IncomingMessage message) where TReader : struct, ITokenReader, allows ref struct
    {
        if (_layout.HasRows)
        {
            ReadWay(ref reader, _layout.Top, message);
        }
        else if (reader.Kind == JsonTokenType.StartObject)
        {
            ReadRow(ref reader, _layout.Row, message);
        }
        else if (reader.Kind == JsonTokenType.StartArray)
        {
            ReadList(ref reader, message);
        }
        else
        {
            _failure = DecodeFailure.NotAnObject;
        }
    }

    /// <summary>Without a path of rows, a list of objects is a list of rows.</summary>
    private void ReadList<TReader>(ref TReader reader, in IncomingMessage message) where TReader : struct, ITokenReader, allows ref struct
    {
        while (reader.Read() && reader.Kind != JsonTokenType.EndArray)
        {
            if (reader.Kind == JsonTokenType.StartObject)
            {
                if (_failure == DecodeFailure.None) ReadRow(ref reader, _layout.Row, message);
                continue;
            }
            _failure = DecodeFailure.NotAnObject;
            reader.Skip();
        }
    }

    /// <summary>Follows the path of the rows, and keeps what stands for each <c>*</c> of it.</summary>
    private void ReadWay<TReader>(ref TReader reader, PathNode node, in IncomingMessage message)
        where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Row is { } row)
        {
            if (_failure == DecodeFailure.None) ReadRow(ref reader, row, message);
            else reader.Skip();
            return;
        }
        if (reader.Kind == JsonTokenType.StartObject && node.HasMembers)
        {
            while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
            {
                var member = node.Member(reader.Text);
                var isAny = member is null && node.EveryMember is not null;
                if (isAny) _captured.PushKey(reader.Text);
                reader.Read();
                if ((member ?? node.EveryMember) is { } next) ReadWay(ref reader, next, message);
                else reader.Skip();
                if (isAny) _captured.PopKey();
            }
        }
        else if (reader.Kind == JsonTokenType.StartArray && node.HasElements)
        {
            for (var index = 0; reader.Read() && reader.Kind != JsonTokenType.EndArray; index++)
            {
                if (node.Element(index) is { } next) ReadWay(ref reader, next, message);
                else reader.Skip();
            }
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadRow<TReader>(ref TReader reader, PathNode node, in IncomingMessage message)
        where TReader : struct, ITokenReader, allows ref struct
    {
        _row = default;
        _block.Clear();
        _clock.Clear();
        _prefix.Clear();
        if (!IsLong)
        {
            _rows.BeginRow();
            if (_layout.Channel is { } channel) _prefix.Begin(channel.Of(message.Topic, _captured));
        }
        ReadValue(ref reader, node, takesAll: node.TakesAll);
        if (_failure == DecodeFailure.None) EndRow(message);
    }

    private void EndRow(in IncomingMessage message)
    {
        if (_row.IsBad) return;
        if (_source.Time is null) _row.Ticks = message.ArrivalTicks;
        else if (!_row.HasTime) _row.Ticks = _topTicks;
        var hasTime = _source.Time is null || _row.HasTime || _hasTopTime;
        if (IsLong ? !_row.HasValue : !_rows.HasValue && _block.Rows == 0) return;
        if (!hasTime)
        {
            _failure = DecodeFailure.BadTime;
            return;
        }
        var device = _layout.Device is { } names ? names.Of(message.Topic, _captured) : message.Device;
        if (device.IsEmpty && _layout.Device is not null)
        {
            _failure = DecodeFailure.NoDevice;
            return;
        }
        var number = _rows.Device(device);
        if (IsLong) EndLongRow(number, message);
        else if (_block.Rows > 0) EndBlock(number);
        else _rows.EndRow(number, _row.Ticks);
    }

    private void EndLongRow(int device, in IncomingMessage message)
    {
        var name = _layout.Channel is { } channel ? channel.Of(message.Topic, _captured)
            : _row.HasName ? _captured.Name : _captured.Key(Math.Max(0, _captured.Keys - 1));
        if (name.IsEmpty)
        {
            _failure = DecodeFailure.NoChannelName;
            return;
        }
        var slot = _rows.Channels.Find(name, _guess);
        _guess = slot + 1;
        if (slot < 0) _failure = DecodeFailure.TooManyChannels;
        else _rows.Add(device, _row.Ticks, slot, _row.Value);
    }

    private void EndBlock(int device)
    {
        if (!_clock.HasRate)
        {
            _failure = DecodeFailure.BadSampleRate;
            return;
        }
        // What is no array is the same in all rows.
        var row = _block.Template(_rows.CurrentValues);
        for (var i = 0; i < _block.Rows; i++)
        {
            _block.CopyRow(i, row);
            _rows.Add(device, _clock.Ticks(_row.Ticks, i, _block.Rows), row);
        }
    }

    private void ReadValue<TReader>(ref TReader reader, PathNode node, bool takesAll) where TReader : struct, ITokenReader, allows ref struct
    {
        TakeMarks(ref reader, node);
        if (node.Channel >= 0) ReadChannel(ref reader, node.Channel, isWanted: true);
        if (reader.Kind == JsonTokenType.StartObject && (node.HasMembers || takesAll)) ReadObject(ref reader, node, takesAll);
        else if (reader.Kind == JsonTokenType.StartArray && node.HasElements) ReadElements(ref reader, node);
        else reader.Skip();
    }

    /// <param name="reader">At its start.</param>
    /// <param name="node">What is known of it; null: nothing.</param>
    /// <param name="takesAll">Numbers without a node of their own are channels.</param>
    private void ReadObject<TReader>(ref TReader reader, PathNode? node, bool takesAll) where TReader : struct, ITokenReader, allows ref struct
    {
        while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
        {
            var name = reader.Text;
            var member = node?.Member(name) ?? node?.EveryMember;
            if (member is not null) ReadMember(ref reader, member, name, takesAll);
            else if (takesAll) ReadDiscovered(ref reader, name);
            else Pass(ref reader);
        }
    }

    private void ReadMember<TReader>(ref TReader reader, PathNode member, ReadOnlySpan<byte> name, bool takesAll)
        where TReader : struct, ITokenReader, allows ref struct
    {
        // Below the place where channels begin, names begin there as well.
        var goesOn = takesAll && member.IsWayOnly;
        if (goesOn && member.TakesAll) goesOn = false;
        var depth = goesOn ? _prefix.Push(name) : -1;
        reader.Read();
        ReadValue(ref reader, member, takesAll: goesOn || member.TakesAll);
        if (goesOn) _prefix.Pop(depth);
    }

    private void ReadDiscovered<TReader>(ref TReader reader, ReadOnlySpan<byte> name) where TReader : struct, ITokenReader, allows ref struct
    {
        var depth = _prefix.Push(name);
        reader.Read();
        switch (reader.Kind)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, null, takesAll: true);
                break;
            case JsonTokenType.Number or JsonTokenType.StartArray or JsonTokenType.String:
                ReadUnknown(ref reader);
                break;
        }
        _prefix.Pop(depth);
    }

    /// <summary>A channel that nobody asked for by name: only what surely is a number makes it one.</summary>
    private void ReadUnknown<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        var value = float.NaN;
        if (reader.Kind == JsonTokenType.Number && !TryNumber(ref reader, out value)) return;
        if (reader.Kind == JsonTokenType.String && !TryText(ref reader, isWanted: false, out value)) return;
        if (reader.Kind == JsonTokenType.StartArray && !_clock.IsOn && !TrySingle(ref reader, out value)) return;
        var slot = _rows.Channels.Find(_prefix.Name, _guess);
        _guess = slot + 1;
        if (slot < 0) _failure = DecodeFailure.TooManyChannels;
        else if (reader.Kind == JsonTokenType.StartArray) ReadBlock(ref reader, slot);
        else _rows.Put(slot, value);
    }

    private void ReadElements<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct
    {
        for (var index = 0; reader.Read() && reader.Kind != JsonTokenType.EndArray; index++)
        {
            if (node.Element(index) is { } element) ReadValue(ref reader, element, element.TakesAll);
            else reader.Skip();
        }
    }

    private void ReadChannel<TReader>(ref TReader reader, int slot, bool isWanted) where TReader : struct, ITokenReader, allows ref struct
    {
        if (reader.Kind == JsonTokenType.StartArray && _clock.IsOn) ReadBlock(ref reader, slot);
        else _rows.Put(slot, Value(ref reader, isWanted));
    }

    private void ReadBlock<TReader>(ref TReader reader, int slot) where TReader : struct, ITokenReader, allows ref struct
    {
        // The place must be there, whatever the row.
        _rows.Put(slot, float.NaN);
        var failure = _block.Read(ref reader, slot, _rows.Channels[slot]);
        if (_failure == DecodeFailure.None) _failure = failure;
    }

    private void TakeMarks<TReader>(ref TReader reader, PathNode node) where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Part >= 0) _captured.SetPart(node.Part, NameText(ref reader));
        if (node.Mark == PathMark.None) return;
        if (Has(node, PathMark.Time)) _row.HasTime = TokenTime.TryRead(ref reader, ref _row.Ticks);
        if (Has(node, PathMark.Rate)) _clock.Take(TryNumber(ref reader, out var rate) ? rate : float.NaN);
        if (Has(node, PathMark.Name)) TakeName(ref reader);
        if (Has(node, PathMark.Quality)) _row.IsBad |= !_quality.IsGood(ref reader);
        if (!Has(node, PathMark.Value)) return;
        _row.Value = Value(ref reader, isWanted: true);
        _row.HasValue = !float.IsNaN(_row.Value);
    }

    private static bool Has(PathNode node, PathMark mark) => (node.Mark & mark) != 0;

    private void TakeName<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        _captured.SetName(NameText(ref reader));
        _row.HasName = true;
    }

    /// <summary>The number at the reader, in whatever form; NaN: it is none.</summary>
    private float Value<TReader>(ref TReader reader, bool isWanted) where TReader : struct, ITokenReader, allows ref struct
    {
        var value = float.NaN;
        _ = reader.Kind switch
        {
            JsonTokenType.Number => TryNumber(ref reader, out value),
            JsonTokenType.String => TryText(ref reader, isWanted, out value),
            JsonTokenType.StartArray => TrySingle(ref reader, out value),
            JsonTokenType.True => (value = 1) > 0,
            JsonTokenType.False => (value = 0) > 0,
            _ => false,
        };
        return value;
    }

    private static bool TryNumber<TReader>(ref TReader reader, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        value = float.NaN;
        if (reader.Kind != JsonTokenType.Number || !reader.TryGetSingle(out var number) || !float.IsFinite(number)) return false;
        value = number;
        return true;
    }

    private bool TryText<TReader>(ref TReader reader, bool isWanted, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        if (_texts.TryRead(reader.Text, isWanted, out value)) return true;
        _textsLeftOut++;
        return false;
    }

    /// <summary>An array of one number is that number; any other needs a rate to be samples.</summary>
    private bool TrySingle<TReader>(ref TReader reader, out float value) where TReader : struct, ITokenReader, allows ref struct
    {
        var (count, numbers) = (0, 0);
        value = float.NaN;
        while (reader.Read() && reader.Kind != JsonTokenType.EndArray)
        {
            count++;
            if (TryNumber(ref reader, out var number)) (value, numbers) = (number, numbers + 1);
            reader.Skip();
        }
        if (count == 1 && numbers == 1) return true;
        _row.SawArray |= numbers > 0;
        value = float.NaN;
        return false;
    }

    private static ReadOnlySpan<byte> NameText<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct =>
        reader.Kind is JsonTokenType.String or JsonTokenType.Number ? reader.Text : [];

    private static void Pass<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        reader.Read();
        reader.Skip();
    }
}

using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Reads a row of a payload: the value of one channel, or of each of several; arrays of samples make it many readings. Without
/// allocating.
/// </summary>
/// <param name="source">How payloads are read.</param>
/// <param name="layout">Where what stands.</param>
/// <param name="captured">Texts that names are made of.</param>
/// <param name="marks">Reads what is no channel.</param>
/// <param name="times">Settles times.</param>
internal sealed class RowReader(PayloadOptions source, DocumentLayout layout, CapturedTexts captured, MarkReader marks, RowTimes times)
{
    private readonly TokenValue _values = marks.Values;
    private readonly ChannelPrefix _prefix = new();
    private readonly SampleBlock _block = new();
    private readonly SampleClock _clock = new(source);
    private DecodedRows _rows = null!;
    private DecodeFailure _failure;
    private RowFacts _row;
    private bool _sawBad;
    private int _guess;

    /// <summary>What the payload says outside of its rows: each begins with it.</summary>
    public RowFacts Outside { get; set; }

    /// <summary>Why the payload cannot be used.</summary>
    public DecodeFailure Failure => _failure;

    /// <summary>
    /// Why a payload that was read to its end brought no reading. A number that counts for nothing tells more than a text beside it,
    /// a text more than a null.
    /// </summary>
    public DecodeFailure NothingFound => _sawBad || _rows.SawOutOfRange ? DecodeFailure.NoUsableValue
        : _values.SawArray ? DecodeFailure.BlockWithoutRate
        : _values.SawText ? DecodeFailure.OnlyTexts
        : _values.SawNull ? DecodeFailure.NoUsableValue : DecodeFailure.NoChannels;

    private bool IsLong => source.ValuePath is not null;

    /// <summary>Begins a payload, whose readings go there.</summary>
    public void Begin(DecodedRows rows)
    {
        (_rows, _failure, _sawBad, _guess) = (rows, DecodeFailure.None, false, 0);
        marks.Begin(rows);
    }

    public void Refuse(DecodeFailure failure) => _failure = failure;

    /// <summary>Reads the row at the reader.</summary>
    /// <param name="reader">Moves to its end.</param>
    /// <param name="node">What matters of it.</param>
    /// <param name="message">Whose payload it is.</param>
    public void Read<TReader>(ref TReader reader, PathNode node, in IncomingMessage message)
        where TReader : struct, ITokenReader, allows ref struct
    {
        _row = layout.HasRows ? Outside : RowFacts.Of(message.ArrivalTicks);
        captured.BeginRow();
        _block.Clear();
        _prefix.Clear();
        if (!IsLong)
        {
            _rows.BeginRow();
            if (layout.Channel is { } channel) _prefix.Begin(channel.Of(message.Topic, captured));
        }
        ReadValue(ref reader, node, takesAll: node.TakesAll);
        if (_failure == DecodeFailure.None) EndRow(message);
    }

    private void EndRow(in IncomingMessage message)
    {
        _sawBad |= _row.IsBad;
        if (_row.IsBad) return;
        if (IsLong ? float.IsNaN(_row.Value) : !_rows.HasValue && _block.Rows == 0) return;
        var device = layout.Device is { } names ? names.Of(message.Topic, captured) : message.Device;
        if (device.IsEmpty && layout.Device is not null)
        {
            _failure = DecodeFailure.NoDevice;
            return;
        }
        _failure = times.Settle(_row.Time, device.IsEmpty ? message.Topic : device, message.ArrivalTicks, _rows.Notes.Times, out var ticks);
        if (_failure != DecodeFailure.None) return;
        var number = _rows.Device(device);
        if (IsLong) EndLongRow(number, ticks, message);
        else if (_block.Rows > 0) EndBlock(number, ticks);
        else _rows.EndRow(number, ticks);
    }

    private void EndLongRow(int device, long ticks, in IncomingMessage message)
    {
        var name = layout.Channel is { } channel ? channel.Of(message.Topic, captured)
            : _row.HasName ? captured.Name : captured.Key(Math.Max(0, captured.Keys - 1));
        if (name.IsEmpty)
        {
            _failure = DecodeFailure.NoChannelName;
            return;
        }
        var slot = _rows.Channels.Find(name, _guess);
        _guess = slot + 1;
        if (slot < 0) _failure = _rows.Channels.Refusal;
        else _rows.Add(device, ticks, slot, _row.Value);
    }

    private void EndBlock(int device, long ticks)
    {
        _clock.Begin(_row.Rate);
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
            _rows.Add(device, _clock.Ticks(ticks, i, _block.Rows), row);
        }
    }

    private void ReadValue<TReader>(ref TReader reader, PathNode node, bool takesAll) where TReader : struct,
        ITokenReader, allows ref struct
    {
        marks.Take(ref reader, node, ref _row, isOfRow: true);
        if (node.Channel >= 0) ReadChannel(ref reader, node.Channel);
        if (reader.Kind == JsonTokenType.StartObject && (node.HasMembers || takesAll)) ReadObject(ref reader, node, takesAll);
        else if (reader.Kind == JsonTokenType.StartArray && node.HasElements) ReadElements(ref reader, node);
        else reader.Skip();
    }

    /// <param name="reader">At its start.</param>
    /// <param name="node">What is known of it; null: nothing.</param>
    /// <param name="takesAll">Numbers without a node of their own are channels.</param>
    private void ReadObject<TReader>(ref TReader reader, PathNode? node, bool takesAll) where TReader
        : struct, ITokenReader, allows ref struct
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
        // Where channels begin anew, names begin anew.
        var goesOn = takesAll && member.IsWayOnly && !member.TakesAll;
        var depth = goesOn ? _prefix.Push(name) : -1;
        reader.Read();
        ReadValue(ref reader, member, takesAll: goesOn || member.TakesAll);
        if (goesOn) _prefix.Pop(depth);
    }

    private void ReadDiscovered<TReader>(ref TReader reader, ReadOnlySpan<byte> name) where TReader : struct,
        ITokenReader, allows ref struct
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
            case JsonTokenType.Null:
                _values.NoteNull();
                break;
        }
        _prefix.Pop(depth);
    }

    /// <summary>A channel that nobody asked for by name: only what surely is a number makes it one.</summary>
    private void ReadUnknown<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        var value = float.NaN;
        if (reader.Kind == JsonTokenType.Number && (reader.IsTime || !TokenValue.TryNumber(ref reader, out value))) return;
        if (reader.Kind == JsonTokenType.String && !_values.TryText(ref reader, isWanted: false, out value)) return;
        if (reader.Kind == JsonTokenType.StartArray && !_clock.IsOn && !_values.TrySingle(ref reader, out value))
        {
            if (_values.WasArray) _rows.Notes.LeaveOutArray(_prefix.Name);
            return;
        }
        var slot = _rows.Channels.Find(_prefix.Name, _guess);
        _guess = slot + 1;
        if (slot < 0) _failure = _rows.Channels.Refusal;
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

    private void ReadChannel<TReader>(ref TReader reader, int slot) where TReader : struct, ITokenReader, allows ref struct
    {
        var isArray = reader.Kind == JsonTokenType.StartArray;
        if (isArray && _clock.IsOn)
        {
            ReadBlock(ref reader, slot);
            return;
        }
        _rows.Put(slot, _values.Read(ref reader, isWanted: true));
        if (isArray && _values.WasArray) _rows.Notes.LeaveOutArray(_rows.Channels.Current.Names[_rows.Channels[slot].Position]);
    }

    private void ReadBlock<TReader>(ref TReader reader, int slot) where TReader : struct, ITokenReader, allows ref struct
    {
        // The place must be there, whatever the row.
        _rows.Put(slot, float.NaN);
        var failure = _block.Read(ref reader, slot, _rows.Channels[slot]);
        if (_failure == DecodeFailure.None) _failure = failure;
    }

    private static void Pass<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        reader.Read();
        reader.Skip();
    }
}

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
/// <param name="top">What the payload says outside of its rows.</param>
/// <param name="times">Reads times.</param>
internal sealed class RowReader(PayloadOptions source, DocumentLayout layout, CapturedTexts captured, TopPlaces top, RowTimes times)
{
    private readonly TokenValue _values = new(source);
    private readonly QualityCheck _quality = new(source.Quality);
    private readonly ChannelPrefix _prefix = new();
    private readonly SampleBlock _block = new();
    private readonly SampleClock _clock = new(source);
    private DecodedRows _rows = null!;
    private DecodeFailure _failure;
    private RowState _row;
    private int _guess;

    /// <summary>What is known of the row under way.</summary>
    private struct RowState
    {
        public long ArrivalTicks, Ticks;
        public RowTime Time;
        public bool IsBad, HasName, HasValue;
        public float Value;
    }

    /// <summary>Why the payload cannot be used.</summary>
    public DecodeFailure Failure => _failure;

    /// <summary>Why a payload that was read to its end brought no reading.</summary>
    public DecodeFailure NothingFound => _values.SawArray ? DecodeFailure.BlockWithoutRate
        : _values.SawText ? DecodeFailure.OnlyTexts : DecodeFailure.NoChannels;

    private bool IsLong => source.ValuePath is not null;

    /// <summary>Begins a payload, whose readings go there.</summary>
    public void Begin(DecodedRows rows)
    {
        (_rows, _failure, _guess) = (rows, DecodeFailure.None, 0);
        _values.Clear();
    }

    public void Refuse(DecodeFailure failure) => _failure = failure;

    /// <summary>Reads the row at the reader.</summary>
    /// <param name="reader">Moves to its end.</param>
    /// <param name="node">What matters of it.</param>
    /// <param name="message">Whose payload it is.</param>
    public void Read<TReader>(ref TReader reader, PathNode node, in IncomingMessage message)
        where TReader : struct, ITokenReader, allows ref struct
    {
        _row = new RowState { ArrivalTicks = message.ArrivalTicks };
        _block.Clear();
        _clock.Clear();
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
        if (_row.IsBad) return;
        if (IsLong ? !_row.HasValue : !_rows.HasValue && _block.Rows == 0) return;
        var device = layout.Device is { } names ? names.Of(message.Topic, captured) : message.Device;
        if (device.IsEmpty && layout.Device is not null)
        {
            _failure = DecodeFailure.NoDevice;
            return;
        }
        _failure = times.Settle(
            _row.Time.IsThere ? _row.Time : top.Time, device.IsEmpty ? message.Topic : device, message.ArrivalTicks, out _row.Ticks);
        if (_failure != DecodeFailure.None) return;
        var number = _rows.Device(device);
        if (IsLong) EndLongRow(number, message);
        else if (_block.Rows > 0) EndBlock(number);
        else _rows.EndRow(number, _row.Ticks);
    }

    private void EndLongRow(int device, in IncomingMessage message)
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

    private void ReadValue<TReader>(ref TReader reader, PathNode node, bool takesAll) where TReader : struct,
        ITokenReader, allows ref struct
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
        }
        _prefix.Pop(depth);
    }

    /// <summary>A channel that nobody asked for by name: only what surely is a number makes it one.</summary>
    private void ReadUnknown<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        var value = float.NaN;
        if (reader.Kind == JsonTokenType.Number && (reader.IsTime || !TokenValue.TryNumber(ref reader, out value))) return;
        if (reader.Kind == JsonTokenType.String && !_values.TryText(ref reader, isWanted: false, out value)) return;
        if (reader.Kind == JsonTokenType.StartArray && !_clock.IsOn && !_values.TrySingle(ref reader, out value)) return;
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
        else _rows.Put(slot, _values.Read(ref reader, isWanted));
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
        if (node.Part >= 0) captured.SetPart(node.Part, TokenValue.NameText(ref reader));
        if (node.Mark == PathMark.None) return;
        if (Has(node, PathMark.Time)) _row.Time = times.Read(ref reader, _row.ArrivalTicks);
        if (Has(node, PathMark.Rate)) _clock.Take(TokenValue.TryNumber(ref reader, out var rate) ? rate : float.NaN);
        if (Has(node, PathMark.Name))
        {
            captured.SetName(TokenValue.NameText(ref reader));
            _row.HasName = true;
        }
        if (Has(node, PathMark.Quality)) _row.IsBad |= !_quality.IsGood(ref reader);
        if (!Has(node, PathMark.Value)) return;
        _row.Value = _values.Read(ref reader, isWanted: true);
        _row.HasValue = !float.IsNaN(_row.Value);
    }

    private static bool Has(PathNode node, PathMark mark) => (node.Mark & mark) != 0;

    private static void Pass<TReader>(ref TReader reader) where TReader : struct, ITokenReader, allows ref struct
    {
        reader.Read();
        reader.Skip();
    }
}

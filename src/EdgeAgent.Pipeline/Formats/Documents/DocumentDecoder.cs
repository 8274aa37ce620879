using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Names;

namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>
/// Reads payloads of nested objects and arrays, whatever their encoding: follows the path of the rows, and has each of them read.
/// Without allocating. Belongs to a source's loop.
/// </summary>
internal sealed class DocumentDecoder
{
    private readonly DocumentLayout _layout;
    private readonly CapturedTexts _captured = new();
    private readonly TopPlaces _top;
    private readonly RowReader _row;

    public DocumentDecoder(PayloadOptions source, ChannelTable channels)
    {
        _layout = new DocumentLayout(source, channels);
        var times = new RowTimes(source);
        var marks = new MarkReader(source, _captured, times);
        _top = new TopPlaces(_layout.Top, marks);
        _row = new RowReader(source, _layout, _captured, marks, times);
    }

    public bool NamesDevices => _layout.Device is not null;

    /// <summary>Writes the readings of all values at the top of the payload.</summary>
    /// <param name="reader">Before its first token.</param>
    /// <param name="again">The same, for what must be known before the rows.</param>
    /// <param name="message">Whose payload it is.</param>
    /// <param name="rows">Takes the readings.</param>
    public DecodeFailure Decode<TReader>(ref TReader reader, ref TReader again, in IncomingMessage message, DecodedRows rows)
        where TReader : struct, ITokenReader, allows ref struct
    {
        _row.Begin(rows);
        _captured.Clear();
        if (_layout.HasRows)
            _row.Outside = _layout.Top.LeadsToFacts ? _top.Read(ref again, message.ArrivalTicks) : RowFacts.Of(message.ArrivalTicks);
        var values = 0;
        for (; _row.Failure == DecodeFailure.None && reader.Read(); values++)
            ReadDocument(ref reader, message);
        if (_row.Failure != DecodeFailure.None) return _row.Failure;
        if (values == 0) return DecodeFailure.Empty;
        return rows.HasRows ? DecodeFailure.None : _row.NothingFound;
    }

    private void ReadDocument<TReader>(ref TReader reader, in IncomingMessage message) where TReader : struct,
        ITokenReader, allows ref struct
    {
        if (_layout.HasRows)
        {
            ReadWay(ref reader, _layout.Top, message);
        }
        else if (reader.Kind == JsonTokenType.StartObject)
        {
            _row.Read(ref reader, _layout.Row, message);
        }
        else if (reader.Kind == JsonTokenType.StartArray)
        {
            ReadList(ref reader, message);
        }
        else
        {
            _row.Refuse(DecodeFailure.NotAnObject);
        }
    }

    /// <summary>Without a path of rows, a list of objects is a list of rows.</summary>
    private void ReadList<TReader>(ref TReader reader, in IncomingMessage message) where TReader : struct, ITokenReader, allows ref struct
    {
        while (reader.Read() && reader.Kind != JsonTokenType.EndArray)
        {
            if (reader.Kind == JsonTokenType.StartObject)
            {
                if (_row.Failure == DecodeFailure.None) _row.Read(ref reader, _layout.Row, message);
                continue;
            }
            _row.Refuse(DecodeFailure.NotAnObject);
            reader.Skip();
        }
    }

    /// <summary>Follows the path of the rows, and keeps what stands for each <c>*</c> of it.</summary>
    private void ReadWay<TReader>(ref TReader reader, PathNode node, in IncomingMessage message)
        where TReader : struct, ITokenReader, allows ref struct
    {
        if (node.Row is { } row)
        {
            if (_row.Failure == DecodeFailure.None) _row.Read(ref reader, row, message);
            else reader.Skip();
            return;
        }
        if (reader.Kind == JsonTokenType.StartObject && node.HasMembers)
        {
            while (reader.Read() && reader.Kind == JsonTokenType.PropertyName)
            {
                var next = node.Member(reader.Text) ?? node.EveryMember;
                var isKey = next is { IsKey: true };
                if (isKey) _captured.PushKey(reader.Text);
                reader.Read();
                if (next is not null) ReadWay(ref reader, next, message);
                else reader.Skip();
                if (isKey) _captured.PopKey();
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
}

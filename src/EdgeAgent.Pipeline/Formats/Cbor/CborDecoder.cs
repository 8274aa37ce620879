using System.Formats.Cbor;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>Reads CBOR: a map, a list of them, or a sequence of either. Belongs to a source's loop.</summary>
internal sealed class CborDecoder(PayloadOptions source, ChannelTable channels) : IPayloadDecoder
{
    private readonly DocumentDecoder _document = new(source, channels);
    private readonly CborMemory _memory = new();
    private readonly CborMemory _memoryAgain = new();

    public bool NamesDevices => _document.NamesDevices;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        if (message.Payload.IsEmpty) return DecodeFailure.Empty;
        try
        {
            _memory.Begin(message.Payload);
            if (source.Rows is not null) _memoryAgain.Begin(message.Payload);
            var reader = new CborTokens(_memory);
            var again = new CborTokens(_memoryAgain);
            var failure = _document.Decode(ref reader, ref again, message, rows);
            if (failure != DecodeFailure.None) return failure;
            return rows.HasRows ? DecodeFailure.None : _document.NothingFound;
        }
        // The reader says that a count is beyond memory, or an item is not what it should be, in ways of its own.
        catch (Exception e) when (e is CborContentException or JsonException or InvalidOperationException or OverflowException)
        {
            return DecodeFailure.BadCbor;
        }
    }
}

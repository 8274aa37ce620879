using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.MessagePack;

/// <summary>Reads MessagePack: a map, a list of them, or several one after the other. Belongs to a source's loop.</summary>
internal sealed class MessagePackDecoder(PayloadOptions source, ChannelTable channels) : IPayloadDecoder
{
    private readonly DocumentDecoder _document = new(source, channels);
    private readonly TokenMemory _memory = new();
    private readonly TokenMemory _memoryAgain = new();

    public bool NamesDevices => _document.NamesDevices;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        if (message.Payload.IsEmpty) return DecodeFailure.Empty;
        try
        {
            var reader = new MessagePackTokens(message.Payload, _memory);
            var again = new MessagePackTokens(message.Payload, _memoryAgain);
            return _document.Decode(ref reader, ref again, message, rows);
        }
        catch (JsonException)
        {
            return DecodeFailure.BadMessagePack;
        }
    }
}

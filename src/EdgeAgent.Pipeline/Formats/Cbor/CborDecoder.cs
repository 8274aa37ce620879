using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Cbor;

/// <summary>Reads CBOR: a map, a list of them, or a sequence of either. Belongs to a source's loop.</summary>
internal sealed class CborDecoder(PayloadOptions source, ChannelTable channels) : IPayloadDecoder
{
    private readonly DocumentDecoder _document = new(source, channels);
    private readonly TokenMemory _memory = new();
    private readonly TokenMemory _memoryAgain = new();
    private byte[] _scratch = new byte[1024];

    public bool NamesDevices => _document.NamesDevices;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        if (message.Payload.IsEmpty) return DecodeFailure.Empty;
        if (_scratch.Length < message.Payload.Length) _scratch = new byte[Math.Max(message.Payload.Length, 2 * _scratch.Length)];
        try
        {
            var reader = new CborTokens(message.Payload, _memory, _scratch);
            var again = new CborTokens(message.Payload, _memoryAgain, _scratch);
            return _document.Decode(ref reader, ref again, message, rows);
        }
        catch (JsonException)
        {
            return DecodeFailure.BadCbor;
        }
    }
}

using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Cbor;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>Reads SenML (RFC 8428) in JSON and in CBOR, which the first byte tells apart. Belongs to a source's loop.</summary>
internal sealed class SenMlDecoder(PayloadOptions source, ChannelTable channels) : IPayloadDecoder
{
    private readonly SenMlPack _pack = new(source, channels);
    private readonly TokenMemory _memory = new();
    private byte[] _scratch = new byte[1024];

    public bool NamesDevices => _pack.NamesDevices;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var json = JsonRepair.Trim(message.Payload);
        if (json.IsEmpty) return DecodeFailure.Empty;
        if (_scratch.Length < message.Payload.Length) _scratch = new byte[Math.Max(message.Payload.Length, 2 * _scratch.Length)];
        try
        {
            // To CBOR these begin bytes and a text of absurd lengths.
            var failure = json[0] is (byte)'[' or (byte)'{' ? ReadJson(json, message, rows) : ReadCbor(message, rows);
            if (failure != DecodeFailure.None) return failure;
            return rows.HasRows ? DecodeFailure.None : _pack.NothingFound;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DecodeFailure.BadSenMl;
        }
    }

    private DecodeFailure ReadJson(ReadOnlySpan<byte> json, in IncomingMessage message, DecodedRows rows)
    {
        var flat = new FlatJsonTokens(json);
        var failure = _pack.Read(ref flat, message, rows);
        if (!flat.IsOther) return failure;
        rows.Clear();
        var reader = new JsonTokens(json, _scratch);
        return _pack.Read(ref reader, message, rows);
    }

    private DecodeFailure ReadCbor(in IncomingMessage message, DecodedRows rows)
    {
        var reader = new CborTokens(message.Payload, _memory, _scratch);
        return _pack.Read(ref reader, message, rows);
    }
}

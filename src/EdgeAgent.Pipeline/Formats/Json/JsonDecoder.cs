using System.Text.Json;
using EdgeAgent.Pipeline.Formats.Documents;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>
/// Reads JSON: an object, a list of them, or several one after the other. What programs commonly write beside the standard and
/// nobody can misread is read as well; see <see cref="JsonRepair"/>. Belongs to a source's loop.
/// </summary>
internal sealed class JsonDecoder(PayloadOptions source, ChannelTable channels) : IPayloadDecoder
{
    private readonly DocumentDecoder _document = new(source, channels);
    private readonly JsonRepair _repair = new();
    private byte[] _scratch = new byte[1024];

    public bool NamesDevices => _document.NamesDevices;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var payload = JsonRepair.Trim(message.Payload);
        if (payload.IsEmpty) return DecodeFailure.Empty;
        if (_scratch.Length < payload.Length) _scratch = new byte[Math.Max(payload.Length, 2 * _scratch.Length)];
        // What needed a repair once will need it again; to find that out costs an exception each time.
        if (_repair.IsUsual && _repair.TryRepair(payload, out var repaired)) payload = repaired;
        var failure = Read(payload, message, rows);
        if (failure != DecodeFailure.BadJson || _repair.IsUsual || !_repair.TryRepair(payload, out repaired)) return failure;
        rows.Clear();
        failure = Read(repaired, message, rows);
        _repair.IsUsual = failure == DecodeFailure.None;
        return failure;
    }

    private DecodeFailure Read(ReadOnlySpan<byte> payload, in IncomingMessage message, DecodedRows rows)
    {
        try
        {
            var reader = new JsonTokens(payload, _scratch);
            var again = new JsonTokens(payload, _scratch);
            return _document.Decode(ref reader, ref again, message, rows);
        }
        // A name with half a surrogate pair or broken UTF-8 among its escapes is an InvalidOperationException to the reader.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return DecodeFailure.BadJson;
        }
    }
}

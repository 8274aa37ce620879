namespace EdgeAgent.Pipeline.Formats.Compression;

/// <summary>
/// Inflates payloads that begin like gzip, zlib or Zstandard, and hands all others on as they are. Memory grows to the largest payload
/// and is used again; .NET's own gzip and zlib allocate some hundred bytes a message besides. Belongs to a source's loop.
/// </summary>
/// <param name="inner">Reads what was compressed.</param>
/// <param name="source">Says how long payloads may be.</param>
internal sealed class CompressedDecoder(IPayloadDecoder inner, PayloadOptions source) : IPayloadDecoder, IAskingDecoder, IDisposable
{
    /// <summary>A file that was compressed and then sent by a client that compresses everything.</summary>
    private const int DepthLimit = 2;

    private readonly Inflater _inflater = Inflater.For(source);

    public bool NamesDevices => inner.NamesDevices;

    public bool NamesDevicesOf(ReadOnlySpan<byte> topic) => inner.NamesDevicesOf(topic);

    /// <summary>Reads what was compressed.</summary>
    public IPayloadDecoder Inner => inner;

    public DecodeFailure Decode(in IncomingMessage message, DecodedRows rows)
    {
        var compression = CompressionMagic.Of(message.Payload);
        if (compression == CompressionKind.None) return inner.Decode(message, rows);
        var payload = message.Payload;
        for (var depth = 0; depth < DepthLimit && compression != CompressionKind.None; depth++)
        {
            var failure = _inflater.Inflate(compression, payload, out var inflated);
            if (failure == DecodeFailure.BadCompression && compression == CompressionKind.Zlib && depth == 0)
                return DecodePlain(message, rows);
            if (failure != DecodeFailure.None) return failure;
            payload = inflated;
            compression = CompressionMagic.Of(payload);
        }
        return inner.Decode(message.With(payload), rows);
    }

    public bool TryTakeRequest(out SenderRequest request)
    {
        request = default;
        return inner is IAskingDecoder asking && asking.TryTakeRequest(out request);
    }

    public void Dispose()
    {
        _inflater.Dispose();
        (inner as IDisposable)?.Dispose();
    }

    /// <summary>Two bytes are little to know zlib by: a line of line protocol may begin with "x^", too.</summary>
    private DecodeFailure DecodePlain(in IncomingMessage message, DecodedRows rows)
    {
        var failure = inner.Decode(message, rows);
        return failure == DecodeFailure.None || failure.IsLeftOut() ? failure : DecodeFailure.BadCompression;
    }
}

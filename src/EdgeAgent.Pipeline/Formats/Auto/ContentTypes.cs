using System.Text;

namespace EdgeAgent.Pipeline.Formats.Auto;

/// <summary>Formats by the media type that a sender gives its payload.</summary>
internal static class ContentTypes
{
    private static readonly (byte[] Type, string Format)[] Known =
    [
        ("application/json"u8.ToArray(), "json"),
        ("application/x-ndjson"u8.ToArray(), "json"),
        ("application/senml+json"u8.ToArray(), "senml"),
        ("application/senml+cbor"u8.ToArray(), "senml"),
        ("application/cbor"u8.ToArray(), "cbor"),
        ("application/cbor-seq"u8.ToArray(), "cbor"),
        ("application/msgpack"u8.ToArray(), "msgpack"),
        ("application/x-msgpack"u8.ToArray(), "msgpack"),
        ("application/vnd.msgpack"u8.ToArray(), "msgpack"),
    ];

    /// <summary>The format of a media type, whatever its parameters; null: it says too little, as <c>text/plain</c> does.</summary>
    public static string? Format(ReadOnlySpan<byte> contentType)
    {
        var end = contentType.IndexOf((byte)';');
        var type = (end < 0 ? contentType : contentType[..end]).Trim((byte)' ');
        foreach (var (known, format) in Known)
            if (Ascii.EqualsIgnoreCase(type, known)) return format;
        return null;
    }
}

using System.Buffers.Text;
using System.Text.Unicode;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Recognises what a payload looks like, so that people are told more than that it is not what was expected. It looks at the first
/// 4 KB, throws nothing, allocates nothing, and may be wrong: nothing is decoded by its word alone.
/// </summary>
internal static class PayloadForms
{
    private const int BytesLimit = 4096;

    /// <param name="topic">UTF-8; empty: unknown.</param>
    /// <param name="payload">As it arrived.</param>
    public static PayloadForm Of(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var isCut = payload.Length > BytesLimit;
        var head = isCut ? payload[..BytesLimit] : payload;
        if (head is [0xEF, 0xBB, 0xBF, ..]) head = head[3..];
        var trimmed = head.Trim(" \t\r\n\0"u8);
        if (trimmed.IsEmpty) return PayloadForm.Empty;
        if (IsText(trimmed, isCut)) return OfText(trimmed, isCut);
        if (OfMagic(head) is { } compressed) return compressed;
        if (topic.StartsWith("spBv1.0/"u8)) return PayloadForm.Sparkplug;
        return BinaryShapes.IsMessagePack(head, isCut) ? PayloadForm.MessagePack
            : BinaryShapes.IsCbor(head, isCut) ? PayloadForm.Cbor : PayloadForm.Binary;
    }

    /// <summary>The form in words that go on from "it".</summary>
    public static string Describe(PayloadForm form) => form switch
    {
        PayloadForm.Empty => "is empty",
        PayloadForm.Json => "is JSON",
        PayloadForm.CutJson => "looks like JSON that is cut off or damaged",
        PayloadForm.JsonInText => "looks like JSON within a JSON text (encoded twice)",
        PayloadForm.SingleQuotes => "looks like JSON with single quotes, as Python prints a dict",
        PayloadForm.DecimalComma => "has a number with a decimal comma",
        PayloadForm.LeadingZero => "has a number with a leading zero, which JSON does not allow",
        PayloadForm.Xml => "looks like XML",
        PayloadForm.Gzip => "looks like gzip",
        PayloadForm.Zlib => "looks like zlib",
        PayloadForm.Zstd => "looks like zstd",
        PayloadForm.Cbor => "looks like CBOR",
        PayloadForm.MessagePack => "looks like MessagePack",
        PayloadForm.Sparkplug => "looks like Sparkplug B (protobuf)",
        PayloadForm.LineProtocol => "looks like line protocol",
        PayloadForm.Number => "is a bare number",
        PayloadForm.Text => "is plain text",
        _ => "is binary of an unknown form",
    };

    private static PayloadForm? OfMagic(ReadOnlySpan<byte> head)
    {
        if (head.Length < 3) return null;
        if (head[0] == 0x1F && head[1] == 0x8B) return PayloadForm.Gzip;
        if (head is [0x28, 0xB5, 0x2F, 0xFD, ..]) return PayloadForm.Zstd;
        // RFC 1950: deflate with a window of 32 KB, and a check of the two bytes.
        return head[0] == 0x78 && (head[0] << 8 | head[1]) % 31 == 0 ? PayloadForm.Zlib : null;
    }

    private static PayloadForm OfText(ReadOnlySpan<byte> text, bool isCut) => text[0] switch
    {
        (byte)'{' or (byte)'[' => JsonShapes.Of(text, isCut),
        (byte)'"' => text.Contains((byte)'{') || text.Contains((byte)'[') ? PayloadForm.JsonInText : PayloadForm.Text,
        (byte)'<' => PayloadForm.Xml,
        _ => OfBareText(text),
    };

    private static PayloadForm OfBareText(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out double _, out var used))
        {
            if (used == text.Length) return PayloadForm.Number;
            var rest = text[used..];
            if (rest[0] == ',' && rest.Length > 1 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return PayloadForm.DecimalComma;
        }
        return IsLineProtocol(text) ? PayloadForm.LineProtocol : PayloadForm.Text;
    }

    /// <summary>A measurement, perhaps with tags, then fields as key=value, then perhaps a time.</summary>
    private static bool IsLineProtocol(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        var blank = -1;
        for (var i = 0; i < line.Length && blank < 0; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == ' ') blank = i;
        }
        if (blank <= 0 || line[..blank].ContainsAny("{}:\""u8)) return false;
        var equals = line[(blank + 1)..].IndexOf((byte)'=');
        return equals > 0 && equals + 1 < line.Length - blank - 1 && !line.Slice(blank + 1, equals).ContainsAny(" {}:"u8);
    }

    /// <summary>UTF-8 without control characters; where it was cut, its last character may be.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes, bool isCut)
    {
        foreach (var b in bytes)
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n')) return false;
        if (Utf8.IsValid(bytes)) return true;
        for (var missing = 1; isCut && missing <= 3 && missing < bytes.Length; missing++)
            if (Utf8.IsValid(bytes[..^missing])) return true;
        return false;
    }
}

using System.Text.Json;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>
/// Finds the device's name in a JSON payload.
/// </summary>
internal static class PayloadDevice
{
    private const int NameBytesLimit = 200;

    /// <summary>The text or number at <paramref name="path"/>; false when it is not there, empty or not plain.</summary>
    public static bool TryFind(ReadOnlySpan<byte> payload, ReadOnlySpan<byte[]> path, out ReadOnlySpan<byte> name)
    {
        name = default;
        try
        {
            var reader = new Utf8JsonReader(payload);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            foreach (var segment in path)
                if (!TryEnter(ref reader, segment))
                    return false;
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) return false;
            name = reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan;
            // Control characters belong in no name, and in no topic or log line that repeats it.
            return name.Length is > 0 and <= NameBytesLimit && !name.ContainsAnyInRange((byte)0, (byte)0x1f);
        }
        // The reader's answer to half a surrogate pair in a name is InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Moves from the start of an object to the value of its member <paramref name="segment"/>.</summary>
    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> segment)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isHit = reader.ValueTextEquals(segment);
            reader.Read();
            if (isHit) return true;
            reader.Skip();
        }
        return false;
    }

    /// <summary>Python, for one, escapes every letter beyond ASCII. The scratch keeps that from allocating.</summary>
    private static ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > ScratchBytes) return [];
        var scratch = _scratch ??= new byte[ScratchBytes];
        return scratch.AsSpan(0, reader.CopyString(scratch));
    }

    // A letter of three bytes is six as an escape.
    private const int ScratchBytes = NameBytesLimit * 6;

    [ThreadStatic]
    private static byte[]? _scratch;
}

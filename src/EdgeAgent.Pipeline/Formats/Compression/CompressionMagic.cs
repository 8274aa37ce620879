namespace EdgeAgent.Pipeline.Formats.Compression;

internal enum CompressionKind { None, Gzip, Zlib, Zstandard }

/// <summary>Knows compressed payloads by their first bytes.</summary>
internal static class CompressionMagic
{
    public static CompressionKind Of(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 4) return CompressionKind.None;
        return payload[0] switch
        {
            0x1f when payload[1] == 0x8b && payload[2] == 8 => CompressionKind.Gzip,
            0x28 when payload[1] == 0xb5 && payload[2] == 0x2f && payload[3] == 0xfd => CompressionKind.Zstandard,
            // The second byte tells the level in its upper bits, and makes the two a multiple of 31.
            0x78 when payload[1] is 0x01 or 0x5e or 0x9c or 0xda => CompressionKind.Zlib,
            _ => CompressionKind.None,
        };
    }
}

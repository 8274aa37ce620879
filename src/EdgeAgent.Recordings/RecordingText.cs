using System.IO.Compression;
using System.Text;

namespace EdgeAgent.Recordings;

/// <summary>Reads a whole text file, packed or not, in whatever encoding loggers and spreadsheets leave.</summary>
internal static class RecordingText
{
    private const long SizeLimit = 1L << 30;

    /// <exception cref="RecordingException">It is too large, damaged, or no text.</exception>
    public static string Read(string path, string name)
    {
        var bytes = Unpacked(path, name);
        if (bytes is [0xFF, 0xFE, ..]) return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes.AsSpan(0, Math.Min(bytes.Length, 8192)).Contains((byte)0))
            throw new RecordingException($"{name}: holds bytes that are no text; expected CSV");
        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException)
        {
            // What is no UTF-8 comes from an old spreadsheet; there ° and µ are single bytes.
            return Encoding.Latin1.GetString(bytes, start, bytes.Length - start);
        }
    }

    private static byte[] Unpacked(string path, string name)
    {
        if (new FileInfo(path).Length > SizeLimit) throw TooLarge(name);
        if (!path.EndsWith(RecordingFiles.Packed, StringComparison.OrdinalIgnoreCase)) return File.ReadAllBytes(path);
        using var unpacked = new MemoryStream();
        try
        {
            using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            var block = new byte[1 << 16];
            for (int read; (read = packed.Read(block)) > 0;)
            {
                unpacked.Write(block, 0, read);
                if (unpacked.Length > SizeLimit) throw TooLarge(name);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException($"{name}: is no gzip file, or damaged ({e.Message})", e);
        }
        return unpacked.ToArray();
    }

    private static RecordingException TooLarge(string name) =>
        new($"{name}: is larger than 1 GiB; split it, or thin it out");
}

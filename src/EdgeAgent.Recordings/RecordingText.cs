using System.IO.Compression;
using System.Text;
using EdgeAgent.Files;

namespace EdgeAgent.Recordings;

/// <summary>Reads a whole text file, packed or not, in whatever encoding loggers and spreadsheets leave.</summary>
internal static class RecordingText
{
    private const long SizeLimit = FileLimits.Recording;
    // What Windows 1252 has where Latin-1 has control characters.
    private const string Windows = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <exception cref="RecordingException">It is too large, damaged, or no text.</exception>
    public static string Read(string path, string name)
    {
        var bytes = Unpacked(path, name);
        if (bytes is [0xFF, 0xFE, ..]) return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        if (IsWide(bytes, 1)) return Encoding.Unicode.GetString(bytes);
        if (IsWide(bytes, 0)) return Encoding.BigEndianUnicode.GetString(bytes);
        if (bytes.AsSpan(0, Math.Min(bytes.Length, 8192)).Contains((byte)0))
            throw new RecordingException($"{name}: holds bytes that are no text; expected CSV{OtherForm.Of(bytes)}");
        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException)
        {
            // What is no UTF-8 comes from an old spreadsheet; there ° and µ are single bytes.
            return string.Create(bytes.Length - start, (bytes, start), static (text, from) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    var b = from.bytes[from.start + i];
                    text[i] = b is >= 0x80 and < 0xA0 ? Windows[b - 0x80] : (char)b;
                }
            });
        }
    }

    /// <summary>UTF-16 without a mark at its beginning: in a Western text every second byte is zero.</summary>
    private static bool IsWide(byte[] bytes, int zeros)
    {
        var count = Math.Min(bytes.Length, 256) / 2;
        for (var i = 0; i < count; i++)
            if (bytes[2 * i + zeros] != 0 || bytes[2 * i + 1 - zeros] == 0) return false;
        return count > 4;
    }

    private static byte[] Unpacked(string path, string name)
    {
        if (NamedFile.Problem(path) is { } problem) throw new RecordingException($"{name}: {problem}");
        if (new FileInfo(path).Length > SizeLimit) throw TooLarge(name);
        if (!path.EndsWith(RecordingFiles.Packed, StringComparison.OrdinalIgnoreCase)) return NamedFile.ReadBytes(path, SizeLimit);
        using var unpacked = new MemoryStream();
        try
        {
            using var packed = new GZipStream(NamedFile.Open(path, SizeLimit), CompressionMode.Decompress);
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

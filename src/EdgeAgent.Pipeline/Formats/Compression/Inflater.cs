using System.Buffers.Binary;
using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace EdgeAgent.Pipeline.Formats.Compression;

/// <summary>Inflates payloads one after the other, up to a limit of bytes. What it gives is valid until the next.</summary>
/// <param name="limit">Bytes that a payload has at most when inflated.</param>
internal sealed class Inflater(int limit) : IDisposable
{
    /// <summary>An inflated payload may be so many times as long as one that is not compressed.</summary>
    private const int InflationLimit = 16;
    private const int MemoryLimit = 1 << 30;
    /// <summary>Of a gzip member at least: its head, and checksum and length at its end.</summary>
    private const int MemberBytes = 18;

    private static ReadOnlySpan<byte> MemberBegin => [0x1f, 0x8b, 8];

    private byte[] _input = [];
    private byte[] _output = [];
    private Decompressor? _zstandard;

    public static Inflater For(PayloadOptions source) => new((int)Math.Min(source.PayloadLimit * (long)InflationLimit, MemoryLimit));

    public DecodeFailure Inflate(CompressionKind kind, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> inflated)
    {
        inflated = [];
        if (_output.Length == 0) _output = new byte[4096];
        // The payload may lie in the output: it was inflated before.
        if (_input.Length < payload.Length) _input = new byte[Math.Max(payload.Length, 2 * _input.Length)];
        payload.CopyTo(_input);
        try
        {
            var length = kind == CompressionKind.Zstandard ? Zstandard(payload.Length) : Deflate(kind, payload.Length);
            if (length > limit) return DecodeFailure.TooLarge;
            inflated = _output.AsSpan(0, length);
            return IsWhole(kind, payload.Length, inflated) ? DecodeFailure.None : DecodeFailure.BadCompression;
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or IOException)
        {
            return DecodeFailure.BadCompression;
        }
    }

    public void Dispose() => _zstandard?.Dispose();

    private int Deflate(CompressionKind kind, int length)
    {
        using var source = new MemoryStream(_input, 0, length, writable: false);
        using Stream stream = kind == CompressionKind.Gzip
            ? new GZipStream(source, CompressionMode.Decompress) : new ZLibStream(source, CompressionMode.Decompress);
        var used = 0;
        while (true)
        {
            var read = stream.Read(_output, used, _output.Length - used);
            used += read;
            if (read == 0 && used < _output.Length) return used;
            if (used < _output.Length) continue;
            // One byte beyond the limit tells a payload that has more.
            if (used > limit) return used;
            Array.Resize(ref _output, (int)Math.Min(2L * used, limit + 1L));
        }
    }

    /// <summary>
    /// .NET takes a stream that is cut off for one that has ended. Its last bytes say what it should have been: of zlib the checksum, of
    /// gzip the length. The checksums of gzip are checked by .NET where it gets as far.
    /// </summary>
    private bool IsWhole(CompressionKind kind, int length, ReadOnlySpan<byte> inflated) => kind switch
    {
        CompressionKind.Gzip => IsWholeGzip(_input.AsSpan(0, length), inflated.Length),
        CompressionKind.Zlib =>
            BinaryPrimitives.ReadUInt32BigEndian(_input.AsSpan(0, length)[^sizeof(uint)..]) == Adler32(inflated),
        _ => true,
    };

    /// <summary>
    /// Several members may follow each other, each with its own length at its end: their sum is the whole. Where one begins is known by
    /// its first bytes alone; in compressed data they may stand by chance, and hardly ever behind four that are a length as short.
    /// </summary>
    private static bool IsWholeGzip(ReadOnlySpan<byte> payload, int inflatedBytes)
    {
        var left = (long)inflatedBytes;
        var rest = payload;
        for (var from = MemberBytes; from < rest.Length;)
        {
            var next = rest[from..].IndexOf(MemberBegin);
            if (next < 0) break;
            var end = from + next;
            from = end + 1;
            var bytes = LengthAt(rest[..end]);
            if (bytes > left) continue;
            left -= bytes;
            rest = rest[end..];
            from = MemberBytes;
        }
        return rest.Length >= MemberBytes && LengthAt(rest) == left;
    }

    private static uint LengthAt(ReadOnlySpan<byte> member) => BinaryPrimitives.ReadUInt32LittleEndian(member[^sizeof(uint)..]);

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint Modulus = 65_521;
        // Sums of so many bytes still fit.
        const int Step = 5552;
        var (a, b) = (1U, 0U);
        while (!bytes.IsEmpty)
        {
            foreach (var value in bytes[..Math.Min(Step, bytes.Length)])
                b += a += value;
            (a, b) = (a % Modulus, b % Modulus);
            bytes = bytes[Math.Min(Step, bytes.Length)..];
        }
        return (b << 16) | a;
    }

    /// <summary>The length that a frame says is a claim only; memory grows as it proves to be needed.</summary>
    private int Zstandard(int length)
    {
        _zstandard ??= new Decompressor();
        while (true)
        {
            try
            {
                return _zstandard.Unwrap(_input.AsSpan(0, length), _output.AsSpan());
            }
            catch (ZstdException e) when (e.Code == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall)
            {
                if (_output.Length > limit) return _output.Length;
                Array.Resize(ref _output, (int)Math.Min(4L * _output.Length, limit + 1L));
            }
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// SHA-256 (FIPS 180-4) without a library. .NET's own calls OpenSSL on Linux and ends the program where there is none;
/// a gateway that needs no TLS must not need OpenSSL to check a model or to name an event.
/// </summary>
/// <remarks>For digests of files and names, which are no secrets: no care is taken that all inputs take the same time.</remarks>
public static class Sha256
{
    /// <summary>Length of a digest.</summary>
    public const int DigestBytes = 32;

    private const int BlockBytes = 64;
    private const int LengthBytes = 8;
    private const int ChunkBytes = 64 * 1024;

    private static ReadOnlySpan<uint> Rounds =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The digest of these bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        Span<uint> state = stackalloc uint[8];
        Begin(state);
        var whole = Take(state, data);
        return End(state, data[whole..], data.Length);
    }

    /// <summary>The digest of all that the stream still holds.</summary>
    public static byte[] Hash(Stream stream)
    {
        Span<uint> state = stackalloc uint[8];
        Begin(state);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var length = 0L;
            int read;
            do
            {
                // Only the last chunk is not full, so all others end with a whole block.
                read = stream.ReadAtLeast(chunk.AsSpan(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false);
                length += read;
                if (read == ChunkBytes) Take(state, chunk.AsSpan(0, read));
            }
            while (read == ChunkBytes);
            var whole = Take(state, chunk.AsSpan(0, read));
            return End(state, chunk.AsSpan(whole, read - whole), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static void Begin(Span<uint> state)
    {
        ReadOnlySpan<uint> start =
            [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        start.CopyTo(state);
    }

    /// <summary>Takes the whole blocks and gives how many bytes they have.</summary>
    private static int Take(Span<uint> state, ReadOnlySpan<byte> data)
    {
        var at = 0;
        for (; at + BlockBytes <= data.Length; at += BlockBytes)
            Block(state, data.Slice(at, BlockBytes));
        return at;
    }

    /// <summary>What is left, a one bit, zeros, and the length of all in bits: one block or two.</summary>
    private static byte[] End(Span<uint> state, ReadOnlySpan<byte> left, long length)
    {
        Span<byte> last = stackalloc byte[2 * BlockBytes];
        last.Clear();
        left.CopyTo(last);
        last[left.Length] = 0x80;
        var size = left.Length + 1 + LengthBytes <= BlockBytes ? BlockBytes : 2 * BlockBytes;
        BinaryPrimitives.WriteInt64BigEndian(last[(size - LengthBytes)..], length * 8);
        Take(state, last[..size]);

        var digest = new byte[DigestBytes];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * sizeof(uint)), state[i]);
        return digest;
    }

    private static void Block(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (var t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * sizeof(uint))..]);
        for (var t = 16; t < w.Length; t++)
        {
            var (x, y) = (w[t - 15], w[t - 2]);
            w[t] = w[t - 16] + w[t - 7]
                + (BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3))
                + (BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10));
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var t = 0; t < w.Length; t++)
        {
            var first = h + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25))
                + ((e & f) ^ (~e & g)) + Rounds[t] + w[t];
            var second = (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22))
                + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}

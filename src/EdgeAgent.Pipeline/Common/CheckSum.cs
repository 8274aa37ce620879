using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Common;

/// <summary>CRC-32C, by the processor's own instruction where it has one.</summary>
internal static class CheckSum
{
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var sum = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}

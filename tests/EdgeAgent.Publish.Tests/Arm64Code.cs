using System.Runtime.InteropServices;

namespace EdgeAgent.Publish.Tests;

/// <summary>Finds instructions that an ARMv8.0-A processor may lack, by their bits.</summary>
internal static class Arm64Code
{
    /// <summary>
    /// What came after ARMv8.0, or is optional in it (CRC32, AES, SHA), each as a mask and the bits that then stand. From
    /// the tables "A64 instruction set encoding" of the Arm Architecture Reference Manual. Instructions in the space of
    /// hints (pointer authentication, branch targets) do nothing on older processors and are not meant.
    /// </summary>
    private static readonly (string Name, uint Mask, uint Bits)[] Later =
    [
        ("LSE", 0x3f200c00, 0x38200000), ("LSE", 0x3fa07c00, 0x08a07c00), ("LSE", 0xbfa07c00, 0x08207c00),
        ("RCPC", 0x3f200c00, 0x19000000), ("MOPS", 0x3b200c00, 0x19000400), ("HBC", 0xff000010, 0x54000010),
        ("PAuth", 0xffff0000, 0xdac10000), ("PAuth", 0xfefff800, 0xd61f0800),
        ("PAuth", 0xfffffbff, 0xd65f0bff), ("PAuth", 0xff200400, 0xf8200400),
        ("SVE", 0x1e000000, 0x04000000), ("SME", 0x9e000000, 0x80000000),
        ("DotProd, RDM, FCMA, I8MM, BF16", 0x9f208400, 0x0e008400), ("DotProd", 0x9f00f400, 0x0f00e000),
        ("FP16", 0x9f60c400, 0x0e400400), ("FP16", 0x7fe00000, 0x1ee00000), ("FRINT", 0xff3e7c00, 0x1e284000),
        ("CRC32", 0x7fe0e000, 0x1ac04000), ("AES", 0xff3e0c00, 0x4e280800), ("AES", 0xbfe0fc00, 0x0ee0e000),
        ("SHA", 0xff208c00, 0x5e000000), ("SHA", 0xff3e0c00, 0x5e280800), ("SHA512, SM", 0xff000000, 0xce000000),
    ];

    /// <summary>Conversions between half and longer floats look like FP16, but are as old as ARMv8.0.</summary>
    private const uint HalfConversionMask = 0xffff7c00, HalfConversion = 0x1ee24000;

    /// <summary>Where such instructions stand, and which.</summary>
    public static IEnumerable<(ulong Address, string Name)> LaterThanV80(ElfFile.Code code)
    {
        var words = MemoryMarshal.Cast<byte, uint>(code.Bytes.Span).ToArray();
        var isData = Literals(words);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (isData[i] || (word & HalfConversionMask) == HalfConversion) continue;
            foreach (var (name, mask, bits) in Later)
                if ((word & mask) == bits)
                    yield return (code.Address + ((ulong)i * sizeof(uint)), name);
        }
    }

    /// <summary>Constants lie among the instructions, and are known by the loads that read them.</summary>
    private static bool[] Literals(uint[] words)
    {
        var isData = new bool[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if ((words[i] & 0x3b000000) != 0x18000000) continue;
            var isVector = (words[i] & 0x04000000) != 0;
            var count = (words[i] >> 30) switch { 0 => 1, 1 => 2, 2 => isVector ? 4 : 1, _ => 0 };
            var at = i + ((int)(words[i] << 8) >> 13);
            for (var n = at; n < at + count; n++)
                if (n >= 0 && n < isData.Length)
                    isData[n] = true;
        }
        return isData;
    }
}

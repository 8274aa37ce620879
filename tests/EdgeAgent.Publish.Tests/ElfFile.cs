using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Publish.Tests;

/// <summary>What a little-endian 64-bit ELF file says of itself, as far as a device that loads it cares.</summary>
internal sealed class ElfFile
{
    public const int MachineX64 = 62;
    public const int MachineArm64 = 183;

    private const uint LoadSegment = 1;
    private const uint SymbolTable = 2;
    private const uint NeededVersions = 0x6ffffffe;

    private readonly byte[] _bytes;
    private readonly List<Section> _sections = [];
    private readonly List<ulong> _loadAlignments = [];

    private sealed record Section(uint Type, int Offset, int Link, uint Count);

    private ElfFile(byte[] bytes)
    {
        _bytes = bytes;
        ReadSegments();
        ReadSections();
    }

    public int Machine => U16(18);
    public bool HasSymbolTable => _sections.Any(s => s.Type == SymbolTable);
    public ulong SmallestAlignment => _loadAlignments.Min();

    public static bool IsElf(string path)
    {
        Span<byte> magic = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }

    public static ElfFile Read(string path) => new(File.ReadAllBytes(path));

    /// <summary>The newest glibc that a symbol asks for; older systems refuse to load the file.</summary>
    public Version NeededGlibc() => VersionNames()
        .Where(n => n.StartsWith("GLIBC_", StringComparison.Ordinal))
        .Select(n => Version.Parse(n["GLIBC_".Length..]))
        .Max()!;

    private IEnumerable<string> VersionNames()
    {
        foreach (var section in _sections.Where(s => s.Type == NeededVersions))
        {
            var strings = _sections[section.Link].Offset;
            var need = section.Offset;
            for (var n = 0; n < section.Count; n++, need += (int)U32(need + 12))
            {
                var version = need + (int)U32(need + 8);
                for (var v = 0; v < U16(need + 2); v++, version += (int)U32(version + 12))
                    yield return Text(strings + (int)U32(version + 8));
            }
        }
    }

    private void ReadSegments()
    {
        var (start, size, count) = ((int)U64(32), U16(54), U16(56));
        for (var at = start; at < start + size * count; at += size)
            if (U32(at) == LoadSegment)
                _loadAlignments.Add(U64(at + 48));
    }

    private void ReadSections()
    {
        var (start, size, count) = ((int)U64(40), U16(58), U16(60));
        for (var at = start; at < start + size * count; at += size)
            _sections.Add(new Section(U32(at + 4), (int)U64(at + 24), (int)U32(at + 40), U32(at + 44)));
    }

    private string Text(int at) => Encoding.ASCII.GetString(_bytes.AsSpan(at, _bytes.AsSpan(at).IndexOf((byte)0)));
    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));
    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));
}

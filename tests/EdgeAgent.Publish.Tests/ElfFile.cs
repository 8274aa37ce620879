using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Publish.Tests;

/// <summary>What a little-endian 64-bit ELF file says of itself, as far as a device that loads it cares.</summary>
internal sealed class ElfFile
{
    public const int MachineX64 = 62;
    public const int MachineArm64 = 183;

    private const int SharedObject = 3;
    private const uint LoadSegment = 1, DynamicSegment = 2, StackSegment = 0x6474e551, RelroSegment = 0x6474e552;
    private const uint BytesSection = 1, SymbolTable = 2, NeededVersions = 0x6ffffffe;
    private const uint Executable = 4, ExecutableSegment = 1;
    private const byte Function = 2;
    private const ulong DynamicFlags = 30, BindNow = 8;

    private readonly byte[] _bytes;
    private readonly List<Section> _sections = [];
    private readonly List<Segment> _segments = [];

    /// <summary>Instructions, where they lie in memory.</summary>
    internal readonly record struct Code(ulong Address, ReadOnlyMemory<byte> Bytes);

    /// <summary>A named range of instructions.</summary>
    internal readonly record struct Symbol(ulong Address, ulong Size, string Name);

    private sealed record Section(uint Type, ulong Flags, ulong Address, int Offset, int Size, int Link, uint Count);
    private sealed record Segment(uint Type, uint Flags, int Offset, int Size, ulong Alignment);

    private ElfFile(byte[] bytes)
    {
        _bytes = bytes;
        ReadSegments();
        ReadSections();
    }

    public int Machine => U16(18);
    public bool HasSymbolTable => _sections.Any(s => s.Type == SymbolTable);
    public ulong SmallestAlignment => _segments.Where(s => s.Type == LoadSegment).Min(s => s.Alignment);

    /// <summary>Loaded wherever the system likes: a library, or a program that is built like one.</summary>
    public bool IsPositionIndependent => U16(16) == SharedObject;
    public bool HasExecutableStack => _segments.Single(s => s.Type == StackSegment).Flags % 2 == ExecutableSegment;
    public bool HasReadOnlyRelocations => _segments.Any(s => s.Type == RelroSegment);
    /// <summary>All symbols are bound at start, so that the table of them can be made read-only.</summary>
    public bool BindsAtStart => Dynamic().Any(d => d.Tag == DynamicFlags && (d.Value & BindNow) != 0);

    public static bool IsElf(string path)
    {
        Span<byte> magic = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }

    public static ElfFile Read(string path) => new(File.ReadAllBytes(path));

    /// <summary>The newest version of a library's symbols that the file asks for; older systems refuse to load it.</summary>
    /// <param name="family"><c>GLIBC</c>, or <c>GLIBCXX</c> for libstdc++.</param>
    public Version? Needed(string family) => VersionNames()
        .Where(n => n.StartsWith(family + "_", StringComparison.Ordinal))
        .Select(n => Version.Parse(n[(family.Length + 1)..]))
        .Max();

    public IEnumerable<Code> ExecutableCode() => _sections
        .Where(s => s.Type == BytesSection && (s.Flags & Executable) != 0)
        .Select(s => new Code(s.Address, _bytes.AsMemory(s.Offset, s.Size)));

    /// <summary>The functions that the file names, by address.</summary>
    public Symbol[] Functions()
    {
        const int SymbolBytes = 24;
        var table = _sections.Single(s => s.Type == SymbolTable);
        var strings = _sections[table.Link].Offset;
        return [.. Enumerable.Range(0, table.Size / SymbolBytes).Select(i => table.Offset + (i * SymbolBytes))
            .Where(at => (_bytes[at + 4] & 0xf) == Function)
            .Select(at => new Symbol(U64(at + 8), U64(at + 16), Text(strings + (int)U32(at))))
            .OrderBy(s => s.Address)];
    }

    private IEnumerable<(ulong Tag, ulong Value)> Dynamic()
    {
        var dynamic = _segments.Single(s => s.Type == DynamicSegment);
        for (var at = dynamic.Offset; at < dynamic.Offset + dynamic.Size; at += 16)
            yield return (U64(at), U64(at + 8));
    }

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
            _segments.Add(new Segment(U32(at), U32(at + 4), (int)U64(at + 8), (int)U64(at + 32), U64(at + 48)));
    }

    private void ReadSections()
    {
        var (start, size, count) = ((int)U64(40), U16(58), U16(60));
        for (var at = start; at < start + size * count; at += size)
            _sections.Add(
                new Section(U32(at + 4), U64(at + 8), U64(at + 16), (int)U64(at + 24), (int)U64(at + 32), (int)U32(at + 40), U32(at + 44)));
    }

    private string Text(int at) => Encoding.ASCII.GetString(_bytes.AsSpan(at, _bytes.AsSpan(at).IndexOf((byte)0)));
    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));
    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));
}

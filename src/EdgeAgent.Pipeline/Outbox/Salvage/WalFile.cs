using System.Buffers.Binary;
using System.Numerics;
using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>
/// A write-ahead log as it lies on disk, https://sqlite.org/fileformat2.html#walformat. SQLite takes its frames up to the
/// first whose checksum is wrong and silently forgets the rest: one flipped bit would cost all commits behind it.
/// </summary>
internal sealed class WalFile
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int PageBytes = PageImages.PageBytes;
    private const uint Magic = 0x377F0682;

    private readonly byte[] _file;
    private readonly bool _isHeaderWhole;
    private readonly ulong _salts;

    private WalFile(byte[] file)
    {
        _file = file;
        var (s0, s1) = Sum(file.AsSpan(0, 24), (0, 0));
        _isHeaderWhole = (Word(0) & ~1u) == Magic && Word(8) == PageBytes && (s0, s1) == (Word(24), Word(28));
        _salts = _isHeaderWhole ? BinaryPrimitives.ReadUInt64BigEndian(file.AsSpan(16)) : UsualSalts();
        (Committed, var whole) = _isHeaderWhole ? CountWhole((s0, s1)) : (0, 0);
        IsBroken = Images(whole).Any();
    }

    /// <summary>Null where there is no log, or nothing in it.</summary>
    public static WalFile? Read(string path) =>
        new FileInfo(path) is { Exists: true, Length: > HeaderBytes + FrameHeaderBytes }
            ? new WalFile(NamedFile.ReadBytes(path, FileLimits.Store)) : null;

    /// <summary>Frames from the first on that SQLite will take: up to the last commit before anything is wrong.</summary>
    public int Committed { get; }

    /// <summary>Whether frames of this log lie behind one that is damaged or was torn. A kill in mid-commit leaves none.</summary>
    public bool IsBroken { get; }

    /// <summary>
    /// What one may take the pages to be, the likeliest first, each with where its image lies; the latest of a page wins. Where
    /// nothing is wrong that is what SQLite takes. Frames left from before the log last began anew carry other salts and do
    /// not count.
    /// </summary>
    /// <remarks>A checksum goes on from the frame before: a frame behind the damaged one still proves itself by it.</remarks>
    public IReadOnlyList<Dictionary<uint, int>> Views() =>
        IsBroken ? [Pages(0, Frames, IsSound), Pages(0, Frames, _ => true), Taken()] : [Taken()];

    /// <summary>Pages as SQLite takes them.</summary>
    public Dictionary<uint, int> Taken() => Pages(0, Committed, _ => true);

    /// <summary>
    /// Where the images of all frames lie from <paramref name="from"/> on, also of those that a later one seems to replace: a
    /// page's number may be what is damaged.
    /// </summary>
    public IEnumerable<int> Images(int from) =>
        Enumerable.Range(from, Math.Max(0, Frames - from)).Where(IsOurs).Select(f => At(f) + FrameHeaderBytes);

    public ReadOnlySpan<byte> Page(int at) => _file.AsSpan(at, PageBytes);

    /// <summary>One bit of the salts may be what is damaged; those of an earlier round differ in many.</summary>
    private bool IsOurs(int frame) =>
        BitOperations.PopCount(BinaryPrimitives.ReadUInt64BigEndian(_file.AsSpan(At(frame) + 8)) ^ _salts) <= 1;

    private Dictionary<uint, int> Pages(int from, int to, Func<int, bool> isWanted)
    {
        var pages = new Dictionary<uint, int>();
        for (var frame = from; frame < to; frame++)
            if (IsOurs(frame) && isWanted(frame) && Word(At(frame)) is > 0 and var page)
                pages[page] = At(frame) + FrameHeaderBytes;
        return pages;
    }

    private bool IsSound(int frame)
    {
        var before = frame == 0 ? 24 : At(frame - 1) + 16;
        var at = At(frame);
        return Sum(_file.AsSpan(at + FrameHeaderBytes, PageBytes), Sum(_file.AsSpan(at, 8), (Word(before), Word(before + 4))))
            == (Word(at + 16), Word(at + 20));
    }

    private int Frames => (_file.Length - HeaderBytes) / (FrameHeaderBytes + PageBytes);

    private static int At(int frame) => HeaderBytes + frame * (FrameHeaderBytes + PageBytes);

    private uint Word(int at) => BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(at));

    private (int Committed, int Whole) CountWhole((uint, uint) sum)
    {
        var committed = 0;
        for (var frame = 0; frame < Frames; frame++)
        {
            var at = At(frame);
            if (BinaryPrimitives.ReadUInt64BigEndian(_file.AsSpan(at + 8)) != _salts) return (committed, frame);
            sum = Sum(_file.AsSpan(at + FrameHeaderBytes, PageBytes), Sum(_file.AsSpan(at, 8), sum));
            if (sum != (Word(at + 16), Word(at + 20))) return (committed, frame);
            if (Word(at + 4) != 0) committed = frame + 1;
        }
        return (committed, Frames);
    }

    /// <summary>Where the header is damaged, the salts that most of the first frames carry.</summary>
    private ulong UsualSalts() => Enumerable.Range(0, Math.Min(3, Frames))
        .GroupBy(f => BinaryPrimitives.ReadUInt64BigEndian(_file.AsSpan(At(f) + 8))).MaxBy(g => g.Count())?.Key ?? 0;

    private (uint, uint) Sum(ReadOnlySpan<byte> bytes, (uint S0, uint S1) sum)
    {
        var isBigEndian = (_file[3] & 1) != 0;
        var (s0, s1) = sum;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            s0 += (isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes)) + s1;
            s1 += (isBigEndian
                ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) + s0;
        }
        return (s0, s1);
    }
}

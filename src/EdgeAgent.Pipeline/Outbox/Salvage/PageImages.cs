using System.Buffers.Binary;
using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>
/// The pages of a store as they lie on disk, read without SQLite: the latest image in the write-ahead log that SQLite takes,
/// else the database's. Nothing in them is trusted.
/// </summary>
internal sealed class PageImages : IDisposable
{
    /// <summary>What every store of ours has.</summary>
    public const int PageBytes = 4096;

    private readonly FileStream? _database;
    private readonly WalFile? _log;
    private readonly Dictionary<uint, int> _taken;
    private readonly IReadOnlyList<Dictionary<uint, int>> _views;

    public PageImages(string path, WalFile? log)
    {
        _database = File.Exists(path) && NamedFile.Problem(path) is null
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0) : null;
        _log = log;
        _taken = log?.Taken() ?? [];
        _views = log?.Views() ?? [_taken];
    }

    /// <summary>In how many ways the rest of a long row can be read: where the log is damaged, its pages are not certain.</summary>
    public int Ways => _views.Count;

    /// <summary>Numbers of all pages there are.</summary>
    public IEnumerable<uint> All()
    {
        var inDatabase = (uint)Math.Min(uint.MaxValue, ((_database?.Length ?? 0) + PageBytes - 1) / PageBytes);
        for (var page = 1u; page <= inDatabase; page++)
            yield return page;
        foreach (var page in _taken.Keys.Where(p => p > inDatabase).Order())
            yield return page;
    }

    /// <summary>Fills <paramref name="image"/>; what is missing of a page is zero.</summary>
    public void Read(uint page, Span<byte> image) => Read(page, image, _taken);

    private void Read(uint page, Span<byte> image, Dictionary<uint, int> inLog)
    {
        if (inLog.TryGetValue(page, out var at))
        {
            _log!.Page(at).CopyTo(image);
            return;
        }
        image.Clear();
        if (_database is null || page == 0) return;
        var (start, filled) = ((page - 1L) * PageBytes, 0);
        while (filled < image.Length && RandomAccess.Read(_database.SafeFileHandle, image[filled..], start + filled) is > 0 and var read)
            filled += read;
    }

    /// <summary>Follows a chain of overflow pages for the rest of a row; false where it ends early.</summary>
    public bool TryReadChain(uint page, Span<byte> rest, int way)
    {
        Span<byte> image = stackalloc byte[PageBytes];
        while (rest.Length > 0)
        {
            if (page == 0) return false;
            Read(page, image, _views[way]);
            var piece = image.Slice(4, Math.Min(rest.Length, PageBytes - 4));
            piece.CopyTo(rest);
            rest = rest[piece.Length..];
            page = BinaryPrimitives.ReadUInt32BigEndian(image);
        }
        return true;
    }

    public void Dispose() => _database?.Dispose();
}

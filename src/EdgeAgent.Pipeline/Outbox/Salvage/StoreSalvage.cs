using System.Diagnostics;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>What was carried over out of a damaged store.</summary>
/// <param name="Rows">Events found whole.</param>
/// <param name="IsAll">False: the time was up before everything had been looked at or carried over.</param>
internal readonly record struct SalvageResult(int Rows, bool IsAll);

/// <summary>
/// Reads whole rows out of a damaged store, page by page, and hands them on: the most severe first, then the oldest. An event
/// that was delivered and removed may come up again if its page was not used since; it keeps its id.
/// </summary>
internal static class StoreSalvage
{
    /// <summary>A start must not wait for longer: what is not found by then stays in the file that is set aside.</summary>
    public static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(1.5);
    public static readonly TimeSpan CarryLimit = TimeSpan.FromSeconds(3.5);

    private readonly record struct Place(Severity Severity, long Sequence, uint Page, int Offset);

    /// <summary>Hands all whole rows of a store to <paramref name="take"/>, but for those of <see cref="ReadForgotten"/>.</summary>
    public static SalvageResult Run(string path, Action<StoredEvent> take)
    {
        var begun = Stopwatch.GetTimestamp();
        using var images = new PageImages(path, WalFile.Read(path + "-wal"));
        var isAll = true;
        var found = new HashSet<long>();
        var places = new List<Place>();
        var image = new byte[PageImages.PageBytes];
        foreach (var page in images.All())
        {
            if (!(isAll = Stopwatch.GetElapsedTime(begun) < SearchLimit)) break;
            images.Read(page, image);
            Search(image, page, images, (row, offset) =>
            {
                if (found.Add(row.Sequence)) places.Add(new Place(row.Entry.Severity, row.Sequence, page, offset));
            });
        }
        var carried = 0;
        foreach (var place in places.OrderByDescending(p => p.Severity).ThenBy(p => p.Sequence))
        {
            if (Stopwatch.GetElapsedTime(begun) >= CarryLimit) return new SalvageResult(carried, false);
            images.Read(place.Page, image);
            if (RowScan.At(image, place.Offset, images, out _) is not { } row) continue;
            take(row);
            carried++;
        }
        return new SalvageResult(carried, isAll);
    }

    /// <summary>
    /// Rows in the part of the write-ahead log that SQLite will forget, because a frame before it is damaged or was torn.
    /// Read before the store is opened, for then that part may be written over.
    /// </summary>
    public static IReadOnlyList<StoredEvent> ReadForgotten(string path)
    {
        if (WalFile.Read(path + "-wal") is not { IsBroken: true } log) return [];
        using var images = new PageImages(path, log);
        var rows = new Dictionary<long, StoredEvent>();
        var image = new byte[PageImages.PageBytes];
        foreach (var at in log.Images(log.Committed))
        {
            log.Page(at).CopyTo(image);
            Search(image, page: 0, images, (row, _) => rows[row.Sequence] = row);
        }
        return [.. rows.Values.OrderBy(r => r.Sequence)];
    }

    private static void Search(byte[] image, uint page, PageImages images, Action<StoredEvent, int> found)
    {
        // The first page holds the schema and no row of ours; most offsets of the others are no row's beginning.
        for (var offset = page == 1 ? image.Length : 0; offset < image.Length; offset++)
        {
            if (RowScan.At(image, offset, images, out var bytes) is not { } row) continue;
            found(row, offset);
            // Nothing else begins within a row that proved whole.
            offset += bytes - 1;
        }
    }
}

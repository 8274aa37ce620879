using EdgeAgent.Pipeline.Outbox.Salvage;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>What an inspection of a store finds.</summary>
internal sealed record StoreFacts
{
    /// <summary>What is wrong with the file; null: nothing found.</summary>
    public string? Damage { get; init; }
    /// <summary>Why nothing can be said of it; null: it could be read.</summary>
    public string? NotReadable { get; init; }
    /// <summary>It was made by an earlier version of the agent.</summary>
    public bool IsOlder { get; init; }
    /// <summary>Owed events whose checksum holds.</summary>
    public long Whole { get; init; }
    /// <summary>Owed events whose checksum does not.</summary>
    public long DamagedRows { get; init; }
    /// <summary>Whether time was up before all rows were read.</summary>
    public bool IsPart { get; init; }
    public long Bytes { get; init; }
    /// <summary>When the oldest owed event was made; 0: there is none.</summary>
    public long OldestTicks { get; init; }
    public long Quarantined { get; init; }
}

/// <summary>Reads a store from end to end and changes nothing, beside a running agent or without one.</summary>
internal static class StoreInspection
{
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RowsLimit = TimeSpan.FromSeconds(10);

    /// <param name="path">The database.</param>
    /// <param name="isAlone">No agent uses it.</param>
    public static StoreFacts Inspect(string path, bool isAlone)
    {
        try
        {
            StoreCheck.Header(path);
            if (new FileInfo(path).Length == 0) return new StoreFacts();
            using var reader = new OutboxReader(path, isAlone);
            if (reader.Version() is > 0 and < OutboxSchema.Version) return new StoreFacts { IsOlder = true };
            return reader.Damage(CheckLimit) is { } damage ? new StoreFacts { Damage = damage } : Count(reader);
        }
        catch (SqliteException e)
        {
            return new StoreFacts { Damage = e.Message };
        }
        catch (IOException e) when (e.InnerException is SqliteException inner && StoreDamage.Is(inner))
        {
            return new StoreFacts { Damage = inner.Message };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StoreFacts { NotReadable = e.Message };
        }
    }

    private static StoreFacts Count(OutboxReader reader)
    {
        var until = Environment.TickCount64 + (long)RowsLimit.TotalMilliseconds;
        var facts = new StoreFacts { Quarantined = reader.Quarantined() };
        var (whole, damaged, bytes, oldest) = (0L, 0L, 0L, 0L);
        foreach (var row in reader.Rows(isQuarantined: false))
        {
            if (Environment.TickCount64 > until)
            {
                facts = facts with { IsPart = true };
                break;
            }
            if (row.Entry is not { } entry)
            {
                damaged++;
                continue;
            }
            (whole, bytes) = (whole + 1, bytes + entry.StoredBytes);
            oldest = oldest == 0 ? entry.CreatedTicks : Math.Min(oldest, entry.CreatedTicks);
        }
        return facts with { Whole = whole, DamagedRows = damaged, Bytes = bytes, OldestTicks = oldest };
    }
}

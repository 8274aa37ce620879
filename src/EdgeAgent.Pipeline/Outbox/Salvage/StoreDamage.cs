using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>Tells a damaged store from a disk that refuses.</summary>
internal static class StoreDamage
{
    public const int SqliteCorrupt = 11;
    public const int SqliteNotADatabase = 26;
    private const int SqliteShortRead = 522;

    public static bool Is(SqliteException e) =>
        e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase || e.SqliteExtendedErrorCode == SqliteShortRead;
}

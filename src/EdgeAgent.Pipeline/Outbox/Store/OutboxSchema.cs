using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Salvage;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>The tables of the store, and how an older store comes by them.</summary>
internal static class OutboxSchema
{
    public const int Version = 2;

    /// <summary>
    /// Owed events; a copy of what decides which gives way first, small enough to be counted at a start; rows that cannot be
    /// sent; and drops that upstream has not been told of.
    /// </summary>
    /// <remarks>
    /// The short columns come first, so that they lie within a row's first page. <see cref="RowScan"/> knows their order.
    /// </remarks>
    private static readonly string[] Objects =
    [
        """
        TABLE outbox(
            sequence INTEGER PRIMARY KEY, severity INTEGER NOT NULL, created INTEGER NOT NULL, sum INTEGER NOT NULL, bytes INTEGER NOT NULL,
            id TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL)
        """,
        "INDEX outbox_order ON outbox(severity, sequence, created, bytes)",
        "TABLE quarantine(sequence INTEGER PRIMARY KEY, severity, created, sum, bytes, id, topic, payload, "
            + "reason TEXT NOT NULL, since INTEGER NOT NULL)",
        """
        TABLE gaps(
            reason TEXT NOT NULL, severity INTEGER NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY(reason, severity)) WITHOUT ROWID
        """,
    ];

    public static void Apply(SqliteConnection connection, long logBytesLimit)
    {
        Execute(connection, $"""
            PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST;
            PRAGMA journal_size_limit={logBytesLimit}; PRAGMA wal_autocheckpoint={Math.Max(16, logBytesLimit / 2 / 4096)};
            """);
        if ((long)Scalar(connection, "PRAGMA user_version")! == Version) return;
        using var transaction = connection.BeginTransaction();
        var columns = Scalar(connection, "SELECT group_concat(name) FROM pragma_table_info('outbox')", transaction);
        var isOlder = columns is "sequence,id,topic,payload,severity,created";
        if (isOlder) Execute(connection, "ALTER TABLE outbox RENAME TO outbox_before", transaction);
        foreach (var text in Objects)
            // Each begins with TABLE or INDEX.
            Execute(connection, $"CREATE {text[..5]} IF NOT EXISTS{text[5..]}", transaction);
        if (isOlder) CarryOver(connection, transaction);
        Execute(connection, $"PRAGMA user_version={Version}", transaction);
        transaction.Commit();
    }

    /// <summary>Whether each table is word for word what it was made as; another trigger or table does not matter.</summary>
    public static bool IsOurs(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index')";
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
            if (!reader.IsDBNull(0)) texts.Add(reader.GetString(0));
        return Objects.All(o => texts.Contains($"CREATE {o}"));
    }

    public static object? Scalar(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        return command.ExecuteScalar();
    }

    public static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }

    /// <summary>Gives the rows of a version without checksums theirs, unseen.</summary>
    private static void CarryOver(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var read = connection.CreateCommand();
        (read.CommandText, read.Transaction) = ("SELECT sequence, id, topic, payload, severity, created FROM outbox_before", transaction);
        using var insert = new RowInsert(connection) { Transaction = transaction };
        using (var reader = read.ExecuteReader())
            while (reader.Read())
                insert.Run(new StoredEvent(reader.GetInt64(0), new OutboxEntry(
                    reader.GetString(1), reader.GetString(2), (byte[])reader[3], (Severity)reader.GetInt32(4), reader.GetInt64(5))));
        Execute(connection, "DROP TABLE outbox_before", transaction);
    }
}

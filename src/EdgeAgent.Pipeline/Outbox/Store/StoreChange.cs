using EdgeAgent.Pipeline.Events;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Does what a commit may do to the store. Belongs to its connection.</summary>
internal sealed class StoreChange : IDisposable
{
    /// <summary>Rows that cannot be sent are kept to be looked at; they are no second store.</summary>
    public const int QuarantineLimit = 1000;

    private readonly RowInsert _insert;
    private readonly RowInsert _insertNew;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _quarantineRow;
    private readonly SqliteCommand _quarantine;
    private readonly SqliteCommand _trim;
    private readonly SqliteCommand _note;
    private readonly SqliteCommand _forget;
    private readonly SqliteCommand _empty;
    private readonly SqliteCommand _release;
    private readonly SqliteCommand _stamp;

    public StoreChange(SqliteConnection connection)
    {
        _insert = new RowInsert(connection);
        _insertNew = new RowInsert(connection, "INSERT OR IGNORE");
        _delete = Prepare(connection, "DELETE FROM outbox WHERE sequence = $sequence", "$sequence");
        _quarantineRow = Prepare(connection, """
            INSERT OR REPLACE INTO quarantine
            SELECT sequence, severity, created, sum, bytes, id, topic, payload, $reason, $since FROM outbox WHERE sequence = $sequence
            """, "$sequence", "$reason", "$since");
        _quarantine = Prepare(connection, """
            INSERT OR REPLACE INTO quarantine
            VALUES($sequence, $severity, $created, $sum, $bytes, $id, $topic, $payload, $reason, $since)
            """, "$sequence", "$severity", "$created", "$sum", "$bytes", "$id", "$topic", "$payload", "$reason", "$since");
        _trim = Prepare(connection, $"""
            DELETE FROM quarantine
            WHERE sequence IN (SELECT sequence FROM quarantine ORDER BY since DESC, sequence DESC LIMIT -1 OFFSET {QuarantineLimit})
            """);
        _note = Prepare(connection, """
            INSERT INTO gaps VALUES($reason, $severity, $count, $first, $last) ON CONFLICT DO UPDATE SET
            count = count + excluded.count, first = min(first, excluded.first), last = max(last, excluded.last)
            """, "$reason", "$severity", "$count", "$first", "$last");
        _forget = Prepare(connection, "DELETE FROM gaps");
        _empty = Prepare(connection, "DELETE FROM quarantine");
        _release = Prepare(connection, "DELETE FROM quarantine WHERE sequence = $sequence", "$sequence");
        _stamp = Prepare(
            connection, "UPDATE outbox SET created = $created, sum = $sum WHERE sequence = $sequence", "$created", "$sum", "$sequence");
    }

    /// <summary>The commit under way. Its owner sets it.</summary>
    public SqliteTransaction? Transaction { private get; set; }

    public void Insert(in StoredEvent row)
    {
        _insert.Transaction = Transaction;
        _insert.Run(row);
    }

    /// <summary>True where the row was not there.</summary>
    public bool InsertNew(in StoredEvent row)
    {
        _insertNew.Transaction = Transaction;
        return _insertNew.Run(row);
    }

    public void Delete(long sequence) => Run(_delete, sequence);

    /// <summary>Moves a damaged row as it is.</summary>
    public void QuarantineDamaged(long sequence, long nowTicks)
    {
        Run(_quarantineRow, sequence, "damaged", nowTicks);
        Run(_delete, sequence);
        Run(_trim);
    }

    /// <summary>Keeps an event that is not to be sent as it is now.</summary>
    public void Quarantine(in StoredEvent row, string reason, long nowTicks)
    {
        var entry = row.Entry;
        Run(_quarantine, row.Sequence, (int)entry.Severity, entry.CreatedTicks, RowChecksum.Of(row), entry.StoredBytes,
            entry.Id, entry.Topic, entry.Payload, reason, nowTicks);
        Run(_trim);
    }

    /// <summary>Writes down events that were given up, until upstream has been told; not whose they were.</summary>
    public void Note(Gap gap) => Run(_note, gap.Reason, (int)gap.Severity, gap.Count, gap.FirstTicks, gap.LastTicks);

    public void ForgetGaps() => Run(_forget);

    /// <summary>Takes a row out of quarantine.</summary>
    public void Release(long sequence) => Run(_release, sequence);

    /// <summary>Gives a row another time.</summary>
    public void Stamp(in StoredEvent row, long createdTicks) => Run(_stamp, createdTicks, RowChecksum.Of(row, createdTicks), row.Sequence);

    /// <summary>What cannot be sent gives way before anything that can.</summary>
    public void EmptyQuarantine() => Run(_empty);

    public void Dispose()
    {
        _insert.Dispose();
        _insertNew.Dispose();
        foreach (var command in new[] { _delete, _quarantineRow, _quarantine, _trim, _note, _forget, _empty, _release, _stamp })
            command.Dispose();
    }

    private void Run(SqliteCommand command, params object[] values)
    {
        command.Transaction = Transaction;
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        command.Prepare();
        return command;
    }
}

using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Writes entries as rows, each with its checksum. Belongs to its connection.</summary>
internal sealed class RowInsert : IDisposable
{
    private static readonly string[] Names = ["$sequence", "$severity", "$created", "$sum", "$bytes", "$id", "$topic", "$payload"];

    private readonly SqliteCommand _command;

    public RowInsert(SqliteConnection connection, string verb = "INSERT")
    {
        _command = connection.CreateCommand();
        var values = string.Join(", ", Names);
        _command.CommandText = $"{verb} INTO outbox(sequence, severity, created, sum, bytes, id, topic, payload) VALUES({values})";
        foreach (var name in Names)
            _command.Parameters.Add(new SqliteParameter { ParameterName = name });
        // A table of another shape is found out here, not when the first event is to be kept.
        _command.Prepare();
    }

    public SqliteTransaction? Transaction
    {
        get => _command.Transaction;
        set => _command.Transaction = value;
    }

    /// <summary>True when the row is new.</summary>
    public bool Run(in StoredEvent row)
    {
        var entry = row.Entry;
        object[] values =
        [
            row.Sequence, (int)entry.Severity, entry.CreatedTicks, RowChecksum.Of(row), entry.StoredBytes,
            entry.Id, entry.Topic, entry.Payload,
        ];
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i];
        return _command.ExecuteNonQuery() > 0;
    }

    public void Dispose() => _command.Dispose();
}

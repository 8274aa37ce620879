using System.Text;
using EdgeAgent.Pipeline.Events;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Makes an event of a row, if it is what was written.</summary>
internal static class RowReader
{
    public const string Columns = "sequence, severity, created, sum, id, topic, payload";

    /// <summary>Null: the row is damaged. A damaged row may hold anything anywhere.</summary>
    public static StoredEvent? Read(SqliteDataReader reader)
    {
        if (reader.GetValue(1) is not long severity || reader.GetValue(2) is not long created
            || reader.GetValue(3) is not long sum) return null;
        if (reader.GetValue(4) is not string id || reader.GetValue(5) is not string topic
            || reader.GetValue(6) is not byte[] payload) return null;
        return Check(reader.GetInt64(0), severity, created, sum, id, topic, payload);
    }

    public static StoredEvent? Check(long sequence, long severity, long created, long sum, string id, string topic, byte[] payload)
    {
        if (severity is < (long)Severity.Info or > (long)Severity.Critical) return null;
        var (idBytes, topicBytes) = (Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(topic));
        if (RowChecksum.Of(sequence, severity, created, idBytes, topicBytes, payload) != sum) return null;
        return new StoredEvent(sequence, new OutboxEntry(id, topic, payload, (Severity)severity, created));
    }
}

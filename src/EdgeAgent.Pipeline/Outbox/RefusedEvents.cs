using EdgeAgent.Pipeline.Decisions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>One event that the broker refuses for ever.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Topic">Where it was to go.</param>
/// <param name="Payload">The message.</param>
/// <param name="Severity">How bad.</param>
/// <param name="CreatedTicks">When it was taken in, UTC.</param>
/// <param name="RefusedTicks">When it was refused, UTC.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record RefusedEvent(string Id, string Topic, byte[] Payload, Severity Severity, long CreatedTicks, long RefusedTicks, string Reason);

/// <summary>
/// The dead letter of events: what the broker refuses for ever is kept here, in a file of its own, until someone looks at
/// it and puts it back, or newer ones need the room. The file is made with the first one. For any thread.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="bytesLimit">What all payloads and topics may weigh.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it tells what happens.</param>
internal sealed partial class RefusedEvents(string path, long bytesLimit, TimeProvider time, ILogger logger) : IDisposable
{
    public const long UsualBytesLimit = 16L << 20;

    private readonly Lock _gate = new();
    private SqliteConnection? _connection;

    /// <summary>Keeps an event through a power cut; the oldest make room. False when the disk refuses.</summary>
    public bool TryKeep(OutboxEntry entry, string reason)
    {
        lock (_gate)
        {
            try
            {
                using var command = Open().CreateCommand();
                command.CommandText = """
                    INSERT OR REPLACE INTO refused(id, topic, payload, severity, created, refused, reason)
                        VALUES($id, $topic, $payload, $severity, $created, $refused, $reason);
                    DELETE FROM refused WHERE number IN (SELECT number FROM
                        (SELECT number, sum(length(payload) + length(topic)) OVER (ORDER BY number DESC) AS weight FROM refused) WHERE weight > $limit);
                    """;
                command.Parameters.AddWithValue("$id", entry.Id);
                command.Parameters.AddWithValue("$topic", entry.Topic);
                command.Parameters.AddWithValue("$payload", entry.Payload);
                command.Parameters.AddWithValue("$severity", (int)entry.Severity);
                command.Parameters.AddWithValue("$created", entry.CreatedTicks);
                command.Parameters.AddWithValue("$refused", time.GetUtcNow().UtcTicks);
                command.Parameters.AddWithValue("$reason", reason);
                command.Parameters.AddWithValue("$limit", bytesLimit);
                using var transaction = _connection!.BeginTransaction();
                command.Transaction = transaction;
                command.ExecuteNonQuery();
                transaction.Commit();
                return true;
            }
            catch (SqliteException e)
            {
                NotKept(entry.Id, e.Message);
                return false;
            }
        }
    }

    /// <summary>What is kept, oldest first.</summary>
    public IReadOnlyList<RefusedEvent> List(int limit = int.MaxValue)
    {
        lock (_gate)
        {
            if (_connection is null && !File.Exists(path)) return [];
            using var command = Open().CreateCommand();
            command.CommandText = "SELECT id, topic, payload, severity, created, refused, reason FROM refused ORDER BY number LIMIT $limit";
            command.Parameters.AddWithValue("$limit", limit);
            using var reader = command.ExecuteReader();
            var all = new List<RefusedEvent>();
            while (reader.Read())
                all.Add(new RefusedEvent(
                    reader.GetString(0), reader.GetString(1), (byte[])reader[2], (Severity)reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetString(6)));
            return all;
        }
    }

    /// <summary>Has refused events sent again, as new ones under their ids; they leave here when they are safe there.</summary>
    /// <param name="outbox">Sends them.</param>
    /// <param name="id">The event; null: all.</param>
    /// <returns>How many.</returns>
    public int PutBack(EventOutbox outbox, string? id = null)
    {
        var found = List().Where(e => id is null || e.Id == id).ToList();
        foreach (var e in found)
            outbox.Recover(new OutboxEntry(e.Id, e.Topic, e.Payload, e.Severity, outbox.Clock.Ticks, receipt: null) { WhenSafe = () => Remove(e.Id) });
        return found.Count;
    }

    /// <summary>Lets go of one.</summary>
    public void Remove(string id)
    {
        lock (_gate)
        {
            try
            {
                using var command = Open().CreateCommand();
                command.CommandText = "DELETE FROM refused WHERE id = $id";
                command.Parameters.AddWithValue("$id", id);
                command.ExecuteNonQuery();
            }
            catch (SqliteException e)
            {
                // It is safe elsewhere as well: at worst it is put back once more, under its id.
                NotRemoved(id, e.Message);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate) _connection?.Dispose();
    }

    private SqliteConnection Open()
    {
        if (_connection is not null) return _connection;
        try
        {
            return _connection = OpenFile();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 1 or 11 or 26 && File.Exists(path))
        {
            var aside = $"{path}.corrupt-{time.GetUtcNow():yyyyMMddHHmmss}";
            SetAside(path, e.Message, aside);
            File.Move(path, aside, overwrite: true);
            return _connection = OpenFile();
        }
    }

    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                PRAGMA synchronous=FULL;
                CREATE TABLE IF NOT EXISTS refused(
                    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, payload BLOB NOT NULL,
                    severity INTEGER NOT NULL, created INTEGER NOT NULL, refused INTEGER NOT NULL, reason TEXT NOT NULL);
                """;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "refused event {Id} cannot be kept: {Failure}. It stays owed and is tried again later")]
    private partial void NotKept(string id, string failure);

    [LoggerMessage(LogLevel.Warning, "refused event {Id} was put back and cannot be taken out of the dead letter: {Failure}")]
    private partial void NotRemoved(string id, string failure);

    [LoggerMessage(LogLevel.Error, "{Path}: {Failure}. It is set aside as {Aside}, and a new dead letter begins")]
    private partial void SetAside(string path, string failure, string aside);
}

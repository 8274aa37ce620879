using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>What becomes of damaged rows and damaged files.</summary>
internal sealed partial class OutboxStore
{
    private const string UnfinishedSuffix = ".salvaging";
    private const string FinishedSuffix = ".salvaged";

    /// <summary>Does something with the store; where it turns out to be damaged, mends it and tries once more.</summary>
    private T Mend<T>(Func<T> work)
    {
        try
        {
            if (_connection is null)
            {
                _connection = OpenOrRenew();
                HasLost = true;
            }
            return work();
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            _writtenBefore += WrittenNow();
            _connection?.Dispose();
            _connection = null;
            _connection = Renew(e.Message, []);
            HasLost = true;
            return work();
        }
    }

    private StoreConnection OpenOrRenew()
    {
        IReadOnlyList<OutboxEntry> forgotten = [];
        try
        {
            FinishRenewal();
            forgotten = StoreSalvage.ReadForgotten(_path);
            StoreCheck.Header(_path);
            return Open(forgotten);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteError || IsDamage(e))
        {
            // SQLite has been there, and the damaged part of the log may be gone: what was read of it before counts.
            return Renew(e.Message, forgotten);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, SqliteIoError);
        }
    }

    private StoreConnection Open(IReadOnlyList<OutboxEntry> forgotten)
    {
        var connection = new StoreConnection(_path, _logBytesLimit);
        try
        {
            CarryOver(connection, forgotten);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Carries over what is whole into a new store, sets the damaged one aside and takes the new one. The new one is finished
    /// before the old one moves, so that a crash in between costs nothing.
    /// </summary>
    private StoreConnection Renew(string failure, IReadOnlyList<OutboxEntry> forgotten)
    {
        try
        {
            return CarryOverAndMove(failure, forgotten);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, SqliteIoError);
        }
    }

    private StoreConnection CarryOverAndMove(string failure, IReadOnlyList<OutboxEntry> forgotten)
    {
        var (fresh, aside) = (_path + UnfinishedSuffix, StoreFiles.AsideName(_path, _time.GetUtcNow()));
        StoreFiles.Delete(fresh);
        SalvageResult result;
        using (var connection = new StoreConnection(fresh, _logBytesLimit))
        {
            result = CarryOverAll(connection, forgotten);
            connection.Finish();
        }
        File.Move(fresh, _path + FinishedSuffix, overwrite: true);
        StoreFiles.Move(_path, aside);
        StoreFiles.Move(_path + FinishedSuffix, _path);
        StoreSetAside(_logger, _path, failure.TrimEnd('.'), aside, result.Rows);
        if (!result.IsAll) NotAllCarriedOver(_logger, aside);
        return new StoreConnection(_path, _logBytesLimit);
    }

    private SalvageResult CarryOverAll(StoreConnection connection, IReadOnlyList<OutboxEntry> forgotten)
    {
        try
        {
            var result = new SalvageResult();
            connection.Change(change =>
            {
                result = StoreSalvage.Run(_path, change.Insert);
                result = result with { Rows = result.Rows + forgotten.Count(change.InsertNew) };
            });
            return result;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // No room for a copy, or the file cannot be read: the agent starts all the same.
            return new SalvageResult(0, false);
        }
    }

    /// <summary>A renewal that a crash cut short is finished, or forgotten if it had not come far enough.</summary>
    private void FinishRenewal()
    {
        StoreFiles.Delete(_path + UnfinishedSuffix);
        if (!File.Exists(_path + FinishedSuffix)) return;
        StoreFiles.Move(_path, StoreFiles.AsideName(_path, _time.GetUtcNow()));
        StoreFiles.Move(_path + FinishedSuffix, _path);
    }

    /// <summary>Takes in again what a damaged log would have cost.</summary>
    private void CarryOver(StoreConnection connection, IReadOnlyList<OutboxEntry> forgotten)
    {
        if (forgotten.Count == 0) return;
        var count = 0;
        connection.Change(change => count = forgotten.Count(change.InsertNew));
        if (count > 0) LogMended(_logger, _path, count);
        // The damaged part still lies behind what is written now, and would be taken for the end of that after a crash.
        connection.Finish();
    }

    /// <summary>Moves damaged rows out of the way. Where the disk refuses now, they are moved the next time.</summary>
    private void Quarantine()
    {
        if (_damaged.Count == 0) return;
        try
        {
            Current.Change(change => _damaged.ForEach(s => change.QuarantineDamaged(s, _time.GetUtcNow().UtcTicks)));
        }
        catch (SqliteException e) when (!IsDamage(e))
        {
            return;
        }
        RowsDamaged(_logger, _damaged.Count);
        _damaged.Clear();
        HasLost = true;
    }

    [LoggerMessage(LogLevel.Error, "{Path} cannot be opened: {Failure}. The agent goes on, and tries again; until then events wait in memory, and the input with them")]
    private static partial void NotOpened(ILogger logger, string path, string failure);

    [LoggerMessage(LogLevel.Error, "{Path}: {Failure}. It is set aside as {Aside}, and a new store begins; {Count} owed events were carried over")]
    private static partial void StoreSetAside(ILogger logger, string path, string failure, string aside, int count);

    [LoggerMessage(LogLevel.Error, "not all events could be carried over in time, or there was no room for them: see `edgeagent outbox export --file {Aside}`")]
    private static partial void NotAllCarriedOver(ILogger logger, string aside);

    [LoggerMessage(LogLevel.Warning, "{Path}: the end of its log is damaged or was torn; {Count} owed events were taken from it")]
    private static partial void LogMended(ILogger logger, string path, int count);

    [LoggerMessage(LogLevel.Error, "{Count} owed events are damaged on disk and cannot be sent; they are quarantined, see `edgeagent outbox list --quarantined`")]
    private static partial void RowsDamaged(ILogger logger, int count);

    [LoggerMessage(LogLevel.Information, "{Count} owed events are of a time that cannot be, as the clock stands: the youngest counts as made now, and the others keep their distance to it")]
    private static partial void Restamped(ILogger logger, int count);
}

using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Outbox.Salvage;

/// <summary>
/// Opens a store whatever has become of its files. A damaged one is set aside, and what is whole in it is carried over into a
/// new one. Belongs to the store's owner.
/// </summary>
internal sealed partial class StoreRenewal(string path, TimeProvider time, ILogger logger, long logBytesLimit)
{
    private const string UnfinishedSuffix = ".salvaging";
    private const string FinishedSuffix = ".salvaged";
    private const int SqliteError = 1;
    private const int SqliteIoError = 10;
    private const int SqliteReadError = 266;

    /// <summary>Opens the store. One that is damaged or foreign is renewed.</summary>
    /// <exception cref="SqliteException">The disk refuses.</exception>
    public StoreConnection Open()
    {
        IReadOnlyList<StoredEvent> forgotten = [];
        try
        {
            FinishRenewal();
            forgotten = StoreSalvage.ReadForgotten(path);
            StoreCheck.Header(path);
            return OpenWith(forgotten);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteError || StoreDamage.Is(e))
        {
            // SQLite has been there, and the damaged part of the log may be gone: what was read of it before counts.
            return Renew(e.Message, forgotten);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, SqliteIoError);
        }
    }

    private StoreConnection OpenWith(IReadOnlyList<StoredEvent> forgotten)
    {
        var connection = new StoreConnection(path, logBytesLimit);
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
    /// <exception cref="SqliteException">The disk refuses.</exception>
    public StoreConnection Renew(string failure, IReadOnlyList<StoredEvent>? forgotten = null)
    {
        try
        {
            return CarryOverAndMove(failure, forgotten ?? []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, SqliteIoError);
        }
    }

    /// <summary>
    /// Copies all that an open store holds whose files are gone. It takes the place of those with the next <see cref="Open"/>, and the
    /// old one must be closed before: on closing SQLite deletes the log by its name.
    /// </summary>
    /// <exception cref="SqliteException">The disk refuses, and nothing has changed.</exception>
    public void Copy(StoreConnection lost)
    {
        var copy = path + UnfinishedSuffix;
        try
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            StoreFiles.Delete(copy);
            if (!TryCopy(lost, copy))
            {
                FilesGone(path, 0);
                return;
            }
            File.Move(copy, path + FinishedSuffix, overwrite: true);
            // What is left there of the old one is in the copy; anything else is somebody's, and set aside.
            if (lost.IsDatabaseThere) StoreFiles.Delete(path);
            FilesGone(path, lost.Number("SELECT count(*) FROM outbox"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, SqliteIoError);
        }
    }

    /// <summary>False: the old one cannot be read any more. Nothing of it is left then, and a new one begins.</summary>
    private static bool TryCopy(StoreConnection lost, string copy)
    {
        try
        {
            lost.CopyTo(copy);
            return true;
        }
        catch (SqliteException e) when (StoreDamage.Is(e) || e.SqliteExtendedErrorCode == SqliteReadError)
        {
            return false;
        }
    }

    private StoreConnection CarryOverAndMove(string failure, IReadOnlyList<StoredEvent> forgotten)
    {
        var (fresh, aside) = (path + UnfinishedSuffix, StoreFiles.AsideName(path, time.GetUtcNow()));
        StoreFiles.Delete(fresh);
        SalvageResult result;
        using (var connection = new StoreConnection(fresh, logBytesLimit))
        {
            result = CarryOverAll(connection, forgotten);
            connection.Finish();
        }
        File.Move(fresh, path + FinishedSuffix, overwrite: true);
        StoreFiles.Move(path, aside);
        StoreFiles.Move(path + FinishedSuffix, path);
        StoreSetAside(path, failure.TrimEnd('.'), aside, result.Rows);
        if (!result.IsAll) NotAllCarriedOver(aside);
        return new StoreConnection(path, logBytesLimit);
    }

    private SalvageResult CarryOverAll(StoreConnection connection, IReadOnlyList<StoredEvent> forgotten)
    {
        try
        {
            var result = new SalvageResult();
            connection.Change(change =>
            {
                result = StoreSalvage.Run(path, row => change.Insert(row));
                result = result with { Rows = result.Rows + forgotten.Count(row => change.InsertNew(row)) };
            });
            return result;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // No room for a copy, or the file cannot be read: the agent starts all the same.
            return new SalvageResult(0, false);
        }
    }

    /// <summary>Finishes a renewal that a crash cut short, or discards it if it had not come far enough.</summary>
    private void FinishRenewal()
    {
        StoreFiles.Delete(path + UnfinishedSuffix);
        if (!File.Exists(path + FinishedSuffix)) return;
        StoreFiles.Move(path, StoreFiles.AsideName(path, time.GetUtcNow()));
        StoreFiles.Move(path + FinishedSuffix, path);
    }

    /// <summary>Adds the rows again that a damaged log would have cost.</summary>
    private void CarryOver(StoreConnection connection, IReadOnlyList<StoredEvent> forgotten)
    {
        if (forgotten.Count == 0) return;
        var count = 0;
        connection.Change(change => count = forgotten.Count(row => change.InsertNew(row)));
        if (count > 0) LogMended(path, count);
        // The damaged part still lies behind what is written now, and would be taken for the end of that after a crash.
        connection.Finish();
    }

    [LoggerMessage(LogLevel.Error, "{Path}: {Failure}. It is set aside as {Aside}, and a new store begins; {Count} owed events were "
        + "carried over")]
    private partial void StoreSetAside(string path, string failure, string aside, int count);

    [LoggerMessage(LogLevel.Error, "somebody has taken {Path} or its log away while the agent used it: a new store begins, and the {Count} "
        + "owed events of the old one are carried over. Find out who deletes files there")]
    private partial void FilesGone(string path, long count);

    [LoggerMessage(LogLevel.Error, "not all events could be carried over in time, or there was no room for them: "
        + "see `edgeagent outbox export --file {Aside}`")]
    private partial void NotAllCarriedOver(string aside);

    [LoggerMessage(LogLevel.Warning, "{Path}: the end of its log is damaged or was torn; {Count} owed events were taken from it")]
    private partial void LogMended(string path, int count);
}

using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Which events give way when the outbox is full: of the lowest severity those of the devices that owe most, so that who reports much
/// pushes out what it reported itself and not what others did. Belongs to the outbox's owner.
/// </summary>
/// <remarks>
/// It walks through a severity from its oldest event on and takes what belongs to a device above the level; the next time it goes on
/// where it was, so that each event is looked at about once. It begins anew at the end, and when the level has sunk: then there may be
/// older ones to take.
/// </remarks>
internal sealed class DropPlan(OutboxStore store, DeviceShares shares)
{
    private const int RowsAtOnce = 256;

    private readonly Dictionary<string, long> _given = new(StringComparer.Ordinal);
    private int _severity = -1;
    private long _level;
    private long _after;

    /// <summary>The oldest of those who are to give way, so many bytes of them or a little more; none where the store is empty.</summary>
    public List<StoredRow> Next(long bytes, int limit)
    {
        var severity = store.LowestSeverity();
        if (severity < 0) return [];
        var level = shares.Level((Severity)severity, DeviceShares.Units(bytes));
        if (severity != _severity || level < _level - (_level / 8)) Begin(severity, level);
        var rows = Walk(level, bytes, limit);
        if (rows.Count > 0) return rows;
        Begin(severity, level);
        rows = Walk(level, bytes, limit);
        if (rows.Count > 0) return rows;
        // What was counted is not what is there.
        shares.Forget();
        return store.Oldest(severity, 1);
    }

    private void Begin(int severity, long level) => (_severity, _level, _after) = (severity, level, 0);

    private List<StoredRow> Walk(long level, long bytes, int limit)
    {
        var rows = new List<StoredRow>();
        _given.Clear();
        while (store.Oldest(_severity, RowsAtOnce, _after) is { Count: > 0 } next)
            foreach (var row in next)
            {
                _after = row.Sequence;
                if (!MayTake(row, level)) continue;
                rows.Add(row);
                bytes -= row.Bytes;
                if (bytes <= 0 || rows.Count == limit) return rows;
            }
        return rows;
    }

    private bool MayTake(in StoredRow row, long level)
    {
        _given.TryGetValue(row.Device, out var given);
        if (shares.Of(row.Severity, row.Device) - given <= level) return false;
        _given[row.Device] = given + DeviceShares.Units(row.Bytes);
        return true;
    }
}

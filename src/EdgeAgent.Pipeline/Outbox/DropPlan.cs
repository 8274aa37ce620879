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
    private const int RowsAtOnce = 128;

    private readonly Dictionary<string, long> _given = new(StringComparer.Ordinal);
    private readonly List<StoredRow> _rows = [];
    private int _severity = -1;
    private long _level;
    private long _after;
    private long _bytes, _units;

    /// <summary>The oldest of those who are to give way, so many bytes of them or a little more; none where the store is empty.</summary>
    public IReadOnlyList<StoredRow> Next(long bytes, int limit)
    {
        _rows.Clear();
        _given.Clear();
        (_bytes, _units) = (0, 0);
        var severity = store.LowestSeverity();
        while (severity >= 0 && _bytes < bytes && _rows.Count < limit)
        {
            var units = _units + DeviceShares.Units(bytes - _bytes);
            var level = shares.Level((Severity)severity, units);
            var isNew = severity != _severity || level < _level - (_level / 8);
            if (!isNew && TryWalk(level, units, bytes, limit)) continue;
            // From the beginning it would come by those again that are to go already.
            if (_rows.Count > 0) break;
            Begin(severity, level);
            if (!TryWalk(level, units, bytes, limit)) break;
        }
        if (_rows.Count > 0 || severity < 0) return _rows;
        // What was counted is not what is there.
        shares.Forget();
        return store.Oldest(severity, 1);
    }

    private void Begin(int severity, long level) => (_severity, _level, _after) = (severity, level, 0);

    /// <summary>Goes on until so many units, bytes or rows are taken; false: there were none to take any more.</summary>
    private bool TryWalk(long level, long units, long bytes, int limit)
    {
        var before = _rows.Count;
        while (store.Oldest(_severity, RowsAtOnce, _after) is { Count: > 0 } next)
            foreach (var row in next)
            {
                _after = row.Sequence;
                if (!MayTake(row, level)) continue;
                _rows.Add(row);
                (_bytes, _units) = (_bytes + row.Bytes, _units + DeviceShares.Units(row.Bytes));
                if (_units >= units || _bytes >= bytes || _rows.Count == limit) return true;
            }
        return _rows.Count > before;
    }

    private bool MayTake(in StoredRow row, long level)
    {
        _given.TryGetValue(row.Device, out var given);
        if (shares.Of(row.Severity, row.Device) - given <= level) return false;
        _given[row.Device] = given + DeviceShares.Units(row.Bytes);
        return true;
    }
}

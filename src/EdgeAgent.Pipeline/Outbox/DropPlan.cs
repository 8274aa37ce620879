using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Which device gives way when the outbox is full: of the lowest severity that one which owes most, so that who reports much pushes
/// out what it reported itself and not what others did. Belongs to the outbox's owner.
/// </summary>
/// <remarks>To sum up what all devices owe means to read an index, so the sums hold for a while, less what is dropped.</remarks>
internal sealed class DropPlan(OutboxStore store, TimeProvider time)
{
    private const int DevicesLimit = 64;
    private const int RowsAtOnce = 32;
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(5);

    private readonly List<DeviceShare> _shares = [];
    private int _severity = -1;
    private long _madeAt;
    private long _least;

    /// <summary>The oldest of those who are to give way, so many bytes of them or a little more; none where the store is empty.</summary>
    public List<StoredRow> Next(long bytes, int limit)
    {
        var (rows, sum) = (new List<StoredRow>(), 0L);
        var severity = store.LowestSeverity();
        if (severity < 0) return rows;
        var isNew = severity != _severity || time.GetElapsedTime(_madeAt) >= HoldsFor;
        if (isNew) Make(severity);
        var oldest = new Dictionary<byte[], Queue<StoredRow>>();
        while (sum < bytes && rows.Count < limit)
        {
            if (Largest() is >= 0 and var at)
            {
                var share = _shares[at];
                if (!oldest.TryGetValue(share.Key, out var next))
                    oldest[share.Key] = next = new Queue<StoredRow>(store.Oldest(severity, RowsAtOnce, share.Key));
                else if (next.Count == 0) break;
                // None: they were delivered meanwhile.
                if (!next.TryDequeue(out var row)) _shares.RemoveAt(at);
                else (_shares[at], sum) = (share with { Bytes = share.Bytes - row.Bytes }, sum + row.Bytes);
                if (row.Sequence > 0) rows.Add(row);
                continue;
            }
            if (isNew || rows.Count > 0) break;
            Make(severity);
            isNew = true;
        }
        return rows;
    }

    /// <summary>Negative where none is left, or one that is not among them may owe as much.</summary>
    private int Largest()
    {
        var largest = -1;
        for (var i = 0; i < _shares.Count; i++)
            if (_shares[i].Bytes >= _least && (largest < 0 || _shares[i].Bytes > _shares[largest].Bytes)) largest = i;
        return largest;
    }

    private void Make(int severity)
    {
        (_severity, _madeAt) = (severity, time.GetTimestamp());
        _shares.Clear();
        _shares.AddRange(store.Shares(severity, DevicesLimit));
        _least = _shares.Count == DevicesLimit ? _shares[^1].Bytes : 0;
    }
}

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Remembers events of earlier runs: they are on disk, were taken over, or upstream acknowledged them. The broker repeats the
/// readings that a killed agent had in hand, and these give the same events again, under the same ids. For any thread.
/// </summary>
internal sealed class KnownEvents
{
    private readonly Lock _gate = new();
    private readonly HashSet<UInt128> _hashes = [];
    private volatile bool _isAny;

    public void Add(string id)
    {
        if (EventHash.TryOf(id, out var hash)) Add([hash]);
    }

    public void Add(IEnumerable<UInt128> hashes)
    {
        lock (_gate)
        {
            _hashes.UnionWith(hashes);
            _isAny = _hashes.Count > 0;
        }
    }

    public bool Has(string id)
    {
        if (!_isAny || !EventHash.TryOf(id, out var hash)) return false;
        lock (_gate) return _hashes.Contains(hash);
    }

    /// <summary>Whether an earlier run had the event. Each is known once: a restart repeats a reading once.</summary>
    public bool Take(string id)
    {
        if (!_isAny || !EventHash.TryOf(id, out var hash)) return false;
        lock (_gate)
        {
            var isKnown = _hashes.Remove(hash);
            _isAny = _hashes.Count > 0;
            return isKnown;
        }
    }
}

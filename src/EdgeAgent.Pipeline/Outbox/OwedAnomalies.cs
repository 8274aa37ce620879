using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// How many reports of each anomaly wait in the backlog, in memory or on disk, so that no report overtakes an earlier one
/// of its own anomaly. Eight bytes stand for an anomaly: two that share them only make a report wait. One owner.
/// </summary>
internal sealed class OwedAnomalies
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly Dictionary<ulong, int> _counts = [];

    /// <summary>Whether some that wait are not known: then any may.</summary>
    public bool IsPartial { get; set; }

    /// <summary>The anomaly that an event reports on: its id up to the report's number.</summary>
    public static ulong KeyOf(string eventId)
    {
        var end = eventId.LastIndexOf('-');
        var hash = FnvOffset;
        foreach (var c in end < 0 ? eventId : eventId.AsSpan(0, end))
            hash = (hash ^ c) * FnvPrime;
        return hash;
    }

    public bool Has(ulong anomaly) => IsPartial || _counts.ContainsKey(anomaly);

    public void Add(ulong anomaly) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, anomaly, out _)++;

    public void Remove(ulong anomaly)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, anomaly);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count)) return;
        if (--count <= 0) _counts.Remove(anomaly);
    }

    public void Clear()
    {
        _counts.Clear();
        IsPartial = false;
    }
}

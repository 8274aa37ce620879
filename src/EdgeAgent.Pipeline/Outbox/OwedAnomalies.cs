using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Counts the reports of each anomaly that wait in the backlog, in memory or on disk, so that no report overtakes an earlier
/// one of its own anomaly. Eight bytes stand for an anomaly: two that share them only make a report wait. Bounded: beyond
/// <see cref="Limit"/> all keep the order. One owner.
/// </summary>
internal sealed class OwedAnomalies
{
    /// <summary>About 4 MiB. So many anomalies are owed after a long outage of a large plant in trouble, if ever.</summary>
    public const int Limit = 65_536;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private const int HashLength = 32;

    private readonly Dictionary<ulong, int> _counts = [];

    /// <summary>Whether some that wait are not known: then any may.</summary>
    public bool IsPartial { get; set; }

    public int Count => _counts.Count;

    /// <summary>The anomaly that an event reports on: its id up to the report's number.</summary>
    public static ulong KeyOf(string eventId)
    {
        var end = eventId.LastIndexOf('-');
        var hash = FnvOffset;
        foreach (var c in end < 0 ? eventId : eventId.AsSpan(0, end))
            hash = (hash ^ c) * FnvPrime;
        return hash;
    }

    /// <summary>
    /// Whether the event may have later ones to wait for it. Scores and records of drops have none, and there may be very many
    /// scores.
    /// </summary>
    public static bool IsOfAnomaly(string eventId) =>
        !(eventId.Length > HashLength && eventId[0] == 's') && !eventId.StartsWith(GapReport.IdPrefix, StringComparison.Ordinal);

    public bool Has(ulong anomaly) => IsPartial || _counts.ContainsKey(anomaly);

    public void Add(string eventId)
    {
        if (IsPartial || !IsOfAnomaly(eventId)) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, KeyOf(eventId), out _)++;
        if (_counts.Count > Limit) ForgetAllButThatThereAreSome();
    }

    public void Remove(string eventId)
    {
        if (!IsOfAnomaly(eventId)) return;
        var anomaly = KeyOf(eventId);
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, anomaly);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count)) return;
        if (--count <= 0) _counts.Remove(anomaly);
    }

    public void Clear()
    {
        _counts.Clear();
        IsPartial = false;
    }

    private void ForgetAllButThatThereAreSome()
    {
        IsPartial = true;
        _counts.Clear();
        _counts.TrimExcess();
    }
}

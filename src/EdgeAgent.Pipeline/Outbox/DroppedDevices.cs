using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Whose events were given up since upstream was last told. Kept in memory alone: after a restart what went before has no names, and
/// nothing more is written to a disk that is full. Belongs to the outbox's owner.
/// </summary>
internal sealed class DroppedDevices
{
    /// <summary>Devices that are told apart; what others lose is counted without a name.</summary>
    private const int DevicesLimit = 256;

    private readonly Dictionary<(string Reason, Severity Severity, string Device), Gap> _gaps = [];

    public void Note(Gap gap)
    {
        var key = (gap.Reason, gap.Severity, gap.Device);
        if (_gaps.TryGetValue(key, out var before)) _gaps[key] = before + gap;
        else if (gap.Device.Length > 0 && _gaps.Count < DevicesLimit) _gaps[key] = gap;
    }

    /// <summary>What was given up, device by device, and the rest without one.</summary>
    public IEnumerable<Gap> Split(Gap all)
    {
        var named = _gaps.Values.Where(g => g.Reason == all.Reason && g.Severity == all.Severity).ToList();
        var rest = all.Count - named.Sum(g => g.Count);
        return rest > 0 ? named.Append(all with { Count = rest }) : named;
    }

    public void Clear() => _gaps.Clear();
}

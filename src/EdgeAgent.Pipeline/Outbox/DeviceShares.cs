using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// How much each device owes on disk, by severity. Nothing is counted, and no event costs anything, before room has to be made for the
/// first time: then the store is read once, and from there on each event is counted in and off. Belongs to the outbox's owner.
/// </summary>
/// <remarks>
/// An index over devices would cost each commit a page or more for each device in it, which more than doubles what goes to flash; a
/// store is seldom full.
/// </remarks>
internal sealed class DeviceShares(OutboxStore store)
{
    /// <summary>Devices of a severity that are told apart; the others count as one.</summary>
    internal const int DevicesLimit = 16_384;
    private const int RowsAtOnce = 1024;
    // Events that differ by less count alike, so that among them the oldest goes first and not the one with the longest name.
    private const int UnitBytes = 1024;

    private readonly Dictionary<string, long>[] _units = [.. Enumerable.Range(0, (int)Severity.Critical + 1).Select(_ => NoDevices())];
    private bool _isKnown;

    /// <summary>What so many bytes count for.</summary>
    public static long Units(long bytes) => 1 + bytes / UnitBytes;

    /// <summary>What a device owes of a severity, in units.</summary>
    public long Of(Severity severity, string device) =>
        _units[(int)severity].TryGetValue(Key(_units[(int)severity], device), out var units) ? units : 0;

    public void Add(OutboxEntry entry)
    {
        if (_isKnown) Change(entry.Severity, RowDevice.Of(entry.Payload), Units(entry.StoredBytes));
    }

    public void Remove(OutboxEntry entry)
    {
        if (_isKnown) Change(entry.Severity, RowDevice.Of(entry.Payload), -Units(entry.StoredBytes));
    }

    public void Remove(in StoredRow row)
    {
        if (_isKnown) Change(row.Severity, row.Device, -Units(row.Bytes));
    }

    /// <summary>Rows went or came that nobody counted: they are counted again when room has to be made.</summary>
    public void Forget() => _isKnown = false;

    /// <summary>Where those who owe more than it of a severity give way down to it, at least so many units come free.</summary>
    public long Level(Severity severity, long units)
    {
        Know();
        var all = _units[(int)severity];
        var (low, high) = (0L, all.Count == 0 ? 0 : all.Values.Max());
        while (high - low > 1)
        {
            var level = (low + high) / 2;
            if (all.Values.Sum(u => Math.Max(0, u - level)) >= units) low = level;
            else high = level;
        }
        return low;
    }

    private void Know()
    {
        if (_isKnown) return;
        foreach (var devices in _units) devices.Clear();
        for (var severity = Severity.Info; severity <= Severity.Critical; severity++)
            for (var after = 0L; store.Oldest((int)severity, RowsAtOnce, after) is { Count: > 0 } rows; after = rows[^1].Sequence)
                rows.ForEach(r => Change(r.Severity, r.Device, Units(r.Bytes)));
        _isKnown = true;
    }

    private void Change(Severity severity, string device, long units)
    {
        var all = _units[(int)severity];
        ref var owed = ref CollectionsMarshal.GetValueRefOrAddDefault(all, Key(all, device), out _);
        owed += units;
        if (owed <= 0) all.Remove(Key(all, device));
    }

    /// <summary>The device itself, or who stands for all that are not told apart.</summary>
    private static string Key(Dictionary<string, long> all, string device) =>
        all.Count < DevicesLimit || all.ContainsKey(device) ? device : "";

    private static Dictionary<string, long> NoDevices() => new(StringComparer.Ordinal);
}

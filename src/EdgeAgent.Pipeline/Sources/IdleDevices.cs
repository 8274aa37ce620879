namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Finds the devices that make room for new ones: those that are silent longest, measured by how long they were heard of. A device
/// that sends as it used to never does. Belongs to the source's loop.
/// </summary>
internal sealed class IdleDevices
{
    /// <summary>All devices are looked at no more often than this.</summary>
    private static readonly long Every = TimeSpan.FromSeconds(1).Ticks;
    /// <summary>As many as are found at once: more new devices a second than this are none that anybody waits for.</summary>
    private const int FoundLimit = 512;

    private readonly List<(double Rank, Device Device)> _found = [];
    private int _next;
    private long _lookedTicks;

    /// <summary>The next that goes; null: none may.</summary>
    /// <param name="devices">All devices.</param>
    /// <param name="nowTicks">Time of arrival.</param>
    public Device? Next(IReadOnlyList<Device> devices, long nowTicks)
    {
        if (Found(nowTicks) is { } known) return known;
        if ((ulong)(nowTicks - _lookedTicks) < (ulong)Every) return null;
        _lookedTicks = nowTicks;
        Look(devices, nowTicks);
        return Found(nowTicks);
    }

    private Device? Found(long nowTicks)
    {
        while (_next < _found.Count)
            if (_found[_next++].Device is var device && MayGo(device, nowTicks)) return device;
        return null;
    }

    private void Look(IReadOnlyList<Device> devices, long nowTicks)
    {
        (_next, _found.Capacity) = (0, Math.Max(_found.Capacity, FoundLimit));
        _found.Clear();
        foreach (var device in devices)
            if (MayGo(device, nowTicks)) _found.Add((device.Presence.Rank(nowTicks), device));
        _found.Sort((a, b) => b.Rank.CompareTo(a.Rank));
        if (_found.Count > FoundLimit) _found.RemoveRange(FoundLimit, _found.Count - FoundLimit);
    }

    private static bool MayGo(Device device, long nowTicks) => !device.HasLeft && !device.Stays && device.Presence.MayGo(nowTicks);
}

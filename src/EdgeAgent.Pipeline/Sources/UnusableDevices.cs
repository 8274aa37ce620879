using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>A device that was heard of and now sends only what cannot be used. Immutable; free for all threads.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Reason">Why the message that made it one could not be used.</param>
/// <param name="SinceTicks">When the first of them came, UTC by the wall clock.</param>
internal sealed record UnusableDevice(string Device, DecodeFailure Reason, long SinceTicks);

/// <summary>
/// The devices of a source whose last messages were all refused, so that nobody judges them, however well the others do. Devices that
/// only the payload names are not known by a payload that cannot be read. The source's loop writes, anyone may read.
/// </summary>
internal sealed class UnusableDevices
{
    /// <summary>A sensor that starts may send a few.</summary>
    private const int MessageLimit = 30;
    private const int SlowMessageLimit = 3;
    private const int NamedLimit = 16;
    private static readonly long TimeLimitTicks = TimeSpan.FromMinutes(10).Ticks;

    private readonly List<(Device Device, UnusableDevice Shown)> _named = [];
    private volatile Snapshot _now = new(0, []);

    private sealed record Snapshot(int Count, UnusableDevice[] Named);

    public int Count => _now.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<UnusableDevice> Named => _now.Named;

    /// <summary>A message of a device that was heard of was refused.</summary>
    public void Refused(Device device, DecodeFailure reason, long ticks)
    {
        if (device.RefusedInRow++ == 0) device.RefusedSince = ticks;
        var isSlow = device.RefusedInRow >= SlowMessageLimit && ticks - device.RefusedSince >= TimeLimitTicks;
        if (device.IsUnusable || (device.RefusedInRow < MessageLimit && !isSlow)) return;
        device.IsUnusable = true;
        var isNamed = _named.Count < NamedLimit;
        if (isNamed) _named.Add((device, new UnusableDevice(device.Name, reason, device.RefusedSince)));
        Publish(_now.Count + 1, isNamed);
    }

    /// <summary>It has sent something that can be used, or leaves.</summary>
    public void Forget(Device device)
    {
        device.RefusedInRow = 0;
        if (!device.IsUnusable) return;
        device.IsUnusable = false;
        Publish(_now.Count - 1, _named.RemoveAll(n => n.Device == device) > 0);
    }

    /// <summary>Takes the place of another, whose devices go on.</summary>
    public void GoOnAfter(UnusableDevices before)
    {
        _named.AddRange(before._named);
        _now = before._now;
    }

    private void Publish(int count, bool isNamedChanged) =>
        _now = new Snapshot(count, isNamedChanged ? [.. _named.Select(n => n.Shown)] : _now.Named);
}

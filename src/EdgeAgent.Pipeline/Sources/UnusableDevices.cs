using EdgeAgent.Pipeline.Common;
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
    private static readonly long TimeLimitTicks = TimeSpan.FromMinutes(10).Ticks;

    private readonly NamedSome<Device, UnusableDevice> _unusable = new();

    public int Count => _unusable.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<UnusableDevice> Named => _unusable.Named;

    /// <summary>A message of a device that was heard of was refused.</summary>
    public void Refused(Device device, DecodeFailure reason, long ticks)
    {
        if (device.RefusedInRow++ == 0) device.RefusedSince = ticks;
        var isSlow = device.RefusedInRow >= SlowMessageLimit && ticks - device.RefusedSince >= TimeLimitTicks;
        if (device.IsUnusable || (device.RefusedInRow < MessageLimit && !isSlow)) return;
        device.IsUnusable = true;
        _unusable.Add(device, new UnusableDevice(device.Name, reason, device.RefusedSince));
    }

    /// <summary>It has sent something that can be used, or leaves.</summary>
    public void Forget(Device device)
    {
        device.RefusedInRow = 0;
        if (!device.IsUnusable) return;
        device.IsUnusable = false;
        _unusable.Remove(device);
    }

    /// <summary>Takes the place of another, whose devices go on.</summary>
    public void GoOnAfter(UnusableDevices before) => _unusable.GoOnAfter(before._unusable);
}

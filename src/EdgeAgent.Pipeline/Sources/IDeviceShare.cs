namespace EdgeAgent.Pipeline.Sources;

/// <summary>Which devices of a source are this agent's, where several share them. It belongs to the source's loop.</summary>
internal interface IDeviceShare
{
    /// <summary>Whether a device is ours.</summary>
    bool IsOurs(Device device);

    /// <summary>Whether the device of that name would be. Allocates nothing.</summary>
    /// <param name="name">UTF-8, and not longer than a name may be.</param>
    bool IsOurs(ReadOnlySpan<byte> name);
}

using EdgeAgent.Pipeline.Windows;

namespace EdgeAgent.Pipeline.Ingest;

/// <summary>One device of one source. It belongs to one lane for as long as the agent runs.</summary>
internal sealed class Device(string name, int source, int lane)
{
    public string Name { get; } = name;
    /// <summary>Index of the source that brings it.</summary>
    public int Source { get; } = source;
    /// <summary>Index of the lane that owns it.</summary>
    public int Lane { get; } = lane;
    /// <summary>What the lane knows of the device. Only the lane touches it.</summary>
    public DeviceTrack? Track { get; set; }
    /// <summary>Where a group shares the devices: whether this one is ours, and in which view of the group. Only the receiving loop touches it.</summary>
    public bool IsOurs { get; set; }
    public int ShareView { get; set; }

    /// <summary>The lane of a name: the same in every run, so that a recording spreads as the live devices do.</summary>
    public static int LaneOf(ReadOnlySpan<char> name, int lanes)
    {
        // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ (public domain).
        var hash = 2166136261u;
        foreach (var c in name)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash % (uint)lanes);
    }
}

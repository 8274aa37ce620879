using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>One device of one source. It belongs to one lane for as long as it is there.</summary>
/// <param name="name">Its name, unique within the source.</param>
/// <param name="source">Name of the source that brings it.</param>
/// <param name="lane">Number of the lane that owns it.</param>
internal sealed class Device(string name, string source, int lane)
{
    public string Name { get; } = name;
    public string Source { get; } = source;
    public int Lane { get; } = lane;

    /// <summary>When it was heard of. Only the source's loop touches it, and the five below.</summary>
    public Presence Presence;
    /// <summary>Messages refused since the last usable one, and since when. Only the source's loop touches these three.</summary>
    public int RefusedInRow { get; set; }
    public long RefusedSince { get; set; }
    /// <summary>Whether it is told to send only what cannot be used.</summary>
    public bool IsUnusable { get; set; }
    /// <summary>Its name as its source sends it.</summary>
    public byte[] Key { get; init; } = [];
    /// <summary>Whether it always has its place: the source names it.</summary>
    public bool Stays { get; set; }
    /// <summary>Whether it has made room for another. If it comes again, it is a new device.</summary>
    public bool HasLeft { get; set; }
    /// <summary>Its place among the devices of its source; −1: it is not one of them yet.</summary>
    public int Place { get; set; } = -1;

    /// <summary>Whether it is this agent's, among those that share it, and as of which change of their number; 0: not asked yet.</summary>
    public (int Change, bool IsOurs) Share { get; set; }

    /// <summary>What it has sent while it was not judged. Only the lane touches it.</summary>
    public SentChannels Sent { get; } = new();

    /// <summary>What its lane keeps with it. Only the lane touches it.</summary>
    public object? LaneData { get; set; }

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

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// The channels of a source at one moment: what the positions of a reading mean. Immutable, so lanes may keep it; a source that
/// discovers a channel makes a new one that begins with the names of this.
/// </summary>
internal sealed class ChannelNames(string[] names)
{
    public static ChannelNames None { get; } = new([]);

    public IReadOnlyList<string> Names { get; } = names;

    public int Count => names.Length;

    /// <summary>Whether positions mean what they do in <paramref name="before"/>; there may be more.</summary>
    public bool GoesOn(ChannelNames before)
    {
        if (ReferenceEquals(this, before)) return true;
        for (var i = 0; i < before.Count; i++)
            if (i >= names.Length || names[i] != before.Names[i]) return false;
        return true;
    }

    /// <summary>The position of a channel, or −1.</summary>
    public int IndexOf(string name) => Array.IndexOf(names, name);
}

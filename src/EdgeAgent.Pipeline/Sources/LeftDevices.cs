namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Remembers by name the devices that made room and had been there longest, for they are missed: what came once is junk. The source's
/// loop writes, anyone may read.
/// </summary>
internal sealed class LeftDevices
{
    private const int NamedLimit = 16;
    /// <summary>What was heard of for less is not missed.</summary>
    private static readonly long LifeLimit = TimeSpan.FromMinutes(1).Ticks;

    private readonly List<(string Name, long LifeTicks)> _longest = new(NamedLimit + 1);
    private volatile string[] _named = [];

    /// <summary>Some of them, those that had been there longest first.</summary>
    public IReadOnlyList<string> Named => _named;

    /// <summary>One made room.</summary>
    public void Note(Device device)
    {
        var life = device.Presence.LifeTicks;
        if (life < LifeLimit || (_longest.Count == NamedLimit && life <= _longest[^1].LifeTicks)) return;
        // One that comes and goes stands there once.
        _longest.RemoveAll(d => d.Name == device.Name);
        var place = _longest.FindIndex(d => d.LifeTicks < life);
        _longest.Insert(place < 0 ? _longest.Count : place, (device.Name, life));
        if (_longest.Count > NamedLimit) _longest.RemoveAt(NamedLimit);
        _named = [.. _longest.Select(d => d.Name)];
    }
}

using System.Buffers;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Events;

/// <summary>Fills in the configured topic of events. One owner: it remembers the topics it made.</summary>
internal sealed class EventTopic(AgentIdentity identity, EventOptions options)
{
    private const int MemoryLimit = 4096;

    // Characters that separate levels, match them, or end the connection at many brokers, MQTT 5.0 section 1.5.4.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c =>
            c is '/' or '+' or '#' or (>= '\uFDD0' and <= '\uFDEF') or '\uFFFE' or '\uFFFF' || char.IsControl(c) || char.IsSurrogate(c))]);

    private readonly string _pattern = options.Topic.Replace("{site}", Level(identity.Site)).Replace("{agent}", Level(identity.Agent));
    private readonly Dictionary<(string Device, string Detector), string> _made = [];

    /// <summary>The topic of a device's events. Each name becomes exactly one level of it.</summary>
    public string Of(string device, string detector)
    {
        if (_made.TryGetValue((device, detector), out var known)) return known;
        var topic = _pattern.Replace("{device}", Level(device)).Replace("{detector}", Level(detector));
        if (_made.Count >= MemoryLimit) _made.Clear();
        return _made[(device, detector)] = topic;
    }

    /// <summary>A name with the characters replaced that may not stand in one level of a topic.</summary>
    public static string Level(string name) => !name.AsSpan().ContainsAny(Forbidden) ? name
        : string.Create(name.Length, name, static (level, n) =>
        {
            n.CopyTo(level);
            level.ReplaceAny(Forbidden, '_');
        });
}

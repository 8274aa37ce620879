using EdgeAgent.Pipeline.Decisions;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>The topic that an event is published under.</summary>
internal static class EventTopic
{
    /// <summary>Fills in the configured topic; every name becomes exactly one level of it.</summary>
    public static string Of(AgentOptions options, AnomalyEvent anomaly) => Of(options, anomaly.Device, anomaly.Detector);

    public static string Of(AgentOptions options, string device, string detector) => options.Upstream.Topic
        .Replace("{site}", Level(options.Site))
        .Replace("{agent}", Level(options.Id))
        .Replace("{device}", Level(device))
        .Replace("{detector}", Level(detector));

    /// <summary>A name without the characters that separate levels, match them, or may not stand in a topic.</summary>
    public static string Level(string name) =>
        string.Create(name.Length, name, static (level, n) =>
        {
            for (var i = 0; i < level.Length; i++)
                level[i] = n[i] is '/' or '+' or '#' || char.IsControl(n[i]) || char.IsSurrogate(n[i]) || IsNonCharacter(n[i]) ? '_' : n[i];
        });

    // Brokers end the connection over these, MQTT 5.0 section 1.5.4.
    private static bool IsNonCharacter(char c) => c is >= '\uFDD0' and <= '\uFDEF' or '\uFFFE' or '\uFFFF';
}

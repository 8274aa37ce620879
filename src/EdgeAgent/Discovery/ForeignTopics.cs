using System.Text;

namespace EdgeAgent.Discovery;

/// <summary>Why a topic brings no readings whatever its payload: commands, descriptions, and what agents say themselves.</summary>
internal static class ForeignTopics
{
    private static readonly string[] Commands = ["cmnd", "command", "set", "get", "rpc", "cmd"];

    /// <summary>The reason, or null.</summary>
    public static string? Reason(SampledTopic topic)
    {
        var (first, last) = (topic.Levels[0], topic.Levels[^1]);
        if (first.StartsWith('$')) return "the broker's own";
        if (first == "homeassistant") return "descriptions for Home Assistant";
        if (first == "edgeagent" && last == "status") return "status of an agent";
        if (topic.Samples.Count > 0 && IsEvent(topic.Samples[^1].Payload)) return "events of an agent";
        if (topic.Levels.Contains("bridge")) return "about a bridge, not of a sensor";
        if (last is "availability" or "LWT" or "online" or "connected") return "availability";
        if (last == "config") return "a description";
        if (first is "cmnd" or "stat" || IsCommand(topic, last)) return "commands";
        return topic.Samples.Count == 0 ? "empty" : null;
    }

    /// <summary>A number below <c>get</c> is what was got.</summary>
    private static bool IsCommand(SampledTopic topic, string last) =>
        Array.Exists(Commands, c => c.Equals(last, StringComparison.OrdinalIgnoreCase))
        && !(last.Equals("get", StringComparison.OrdinalIgnoreCase) && topic.Kind == PayloadKind.Scalar);

    private static bool IsEvent(byte[] payload)
    {
        if (payload.Length is 0 || payload[0] != (byte)'{') return false;
        var text = Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, 2048)));
        return text.Contains("\"io.edgeagent.", StringComparison.Ordinal);
    }
}

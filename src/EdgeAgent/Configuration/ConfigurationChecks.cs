using System.Globalization;
using System.Net;
using System.Text;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Configuration;

/// <summary>Checks of single texts. Each says what is expected where the text is wrong, and null where it is right.</summary>
internal static class ConfigurationChecks
{
    private static readonly string[] StatusPlaceholders = ["{site}", "{agent}"];
    private static readonly string[] Placeholders = ["{site}", "{agent}", "{device}", "{detector}"];
    /// <summary>MQTT gives topics a length of two bytes.</summary>
    private const int TopicLengthLimit = 65_535;

    /// <summary>Part of every topic, so free of what topics reserve.</summary>
    public static string? TopicPart(string text)
        => text.AsSpan().ContainsAny("+#\0") ? "a text without + and #, for it becomes part of topics" : null;

    public static string? TopicFilter(string filter)
    {
        if (filter.Length is 0 or > TopicLengthLimit || filter.Contains('\0', StringComparison.Ordinal))
            return "a topic filter, as in \"plant/+/telemetry\"";
        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('+', StringComparison.Ordinal) && levels[i] != "+")
                return "a topic filter in which + stands alone between slashes";
            if (levels[i].Contains('#', StringComparison.Ordinal) && (levels[i] != "#" || i < levels.Length - 1))
                return "a topic filter in which # stands alone and last";
        }
        return null;
    }

    /// <summary>The topic of events: names and placeholders, no wildcards.</summary>
    public static string? EventTopic(string topic) => Topic(topic, Placeholders);

    /// <summary>The topic of what the agent says of itself.</summary>
    public static string? StatusTopic(string topic) => Topic(topic, StatusPlaceholders);

    /// <summary>The name of a protocol in the TLS handshake, RFC 7301 section 3.1.</summary>
    public static string? Alpn(string name) =>
        name.Length <= byte.MaxValue && Ascii.IsValid(name) ? null : "a name as in \"x-amzn-mqtt-ca\", of 255 ASCII characters at most";

    /// <summary>Where a message names its device.</summary>
    public static string? Device(string device)
    {
        const string Expected = "\"topic\", \"topic[N]\" with N counted from 0, or \"payload.PATH\"";
        return device == "topic" || TopicLevel(device) is not null
            || (device.StartsWith("payload.", StringComparison.Ordinal) && IsPath(device[8..]))
            ? null
            : Expected;
    }

    /// <summary>The N of <c>topic[N]</c>, or null.</summary>
    public static int? TopicLevel(string device)
        => device.StartsWith("topic[", StringComparison.Ordinal) && device[^1] == ']'
            && int.TryParse(device.AsSpan(6, device.Length - 7), NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            ? level
            : null;

    /// <summary>Whether topics of this filter have a level of this number, counted from 0.</summary>
    public static bool Reaches(string filter, int level)
    {
        var levels = filter.Split('/');
        // A shared subscription, $share/GROUP/FILTER, brings the topics of its filter.
        var first = levels[0] == "$share" ? 2 : 0;
        return levels[^1] == "#" || level < levels.Length - first;
    }

    /// <summary>Where to listen: an address of this machine and a port.</summary>
    public static string? Endpoint(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0 && !text.EndsWith(']') ? null
            : "an IP address with a port, as in \"127.0.0.1:9464\" or \"[::1]:9464\"; \"0.0.0.0:9464\" for every IPv4 address";

    /// <summary>A path in a payload: names with dots between.</summary>
    public static string? PayloadPath(string path) => IsPath(path) ? null : "a path in the payload, as in \"header.ts\"";

    private static bool IsPath(string path) => path.Length > 0 && !path.Split('.').Contains("");

    private static string? Topic(string topic, string[] placeholders)
    {
        if (topic.Length > TopicLengthLimit || topic.AsSpan().ContainsAny("+#\0"))
            return "a topic without the wildcards + and #";
        foreach (var placeholder in placeholders)
            topic = topic.Replace(placeholder, "", StringComparison.Ordinal);
        return topic.AsSpan().ContainsAny('{', '}') ? $"no other placeholders than {string.Join(", ", placeholders)}" : null;
    }
}

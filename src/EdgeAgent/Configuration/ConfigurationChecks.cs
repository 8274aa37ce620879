using System.Net;
using System.Text;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Names;

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

    /// <summary>Whose a reading is, or which channel a value belongs to.</summary>
    public static string? Name(string template) => NameTemplate.TryParse(template) is null
        ? "\"topic\", \"topic[N]\" with N counted from 0, \"payload.PATH\", \"row.PATH\", \"key\", \"name\" or a text with such places in "
            + "braces, as in \"{topic[0]}/{payload.unit}\""
        : null;

    /// <summary>The highest level of a topic that a name is made of, or null.</summary>
    public static int? TopicLevel(string template) =>
        NameTemplate.TryParse(template)?.Parts.Where(p => p is { Place: NamePlace.Topic, Index: >= 0 }).Max(p => p.Index);

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

    /// <summary>What stands before the port in an address: no port, no path, no wildcard.</summary>
    public static string? HostName(string name) =>
        Uri.CheckHostName(name) != UriHostNameType.Unknown ? null : "a host's name without port, as in \"gateway-7.plant.example\"";

    /// <summary>As a path; <c>.</c> is the row itself.</summary>
    public static string? ValuePath(string path) => path == "." ? null : PayloadPath(path);

    /// <summary>A path in a payload; see <see cref="PathSyntax"/>.</summary>
    public static string? PayloadPath(string path) => PathSyntax.IsPath(path) ? null
        : "a path in the payload, as in \"header.ts\"; names with dots in quotes, as in '\"a.b\".ts'";

    private static string? Topic(string topic, string[] placeholders)
    {
        if (topic.Length > TopicLengthLimit || topic.AsSpan().ContainsAny("+#\0"))
            return "a topic without the wildcards + and #";
        foreach (var placeholder in placeholders)
            topic = topic.Replace(placeholder, "", StringComparison.Ordinal);
        return topic.AsSpan().ContainsAny('{', '}') ? $"no other placeholders than {string.Join(", ", placeholders)}" : null;
    }
}

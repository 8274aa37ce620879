using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Which server is next: the configured one; or, where that is allowed, the one that it sends us to, for one connection.
/// One owner.
/// </summary>
internal sealed class ServerChoice(UpstreamOptions options)
{
    /// <summary>Servers that send us on to each other must not do so for ever.</summary>
    private const int HopLimit = 3;

    private string? _next;
    private int _hops;

    /// <summary>Where the last connection was to go.</summary>
    public string Url { get; private set; } = options.Mqtt.Url;

    public MqttOptions Next()
    {
        Url = _next ?? options.Mqtt.Url;
        if (_next is null) _hops = 0;
        _next = null;
        return options.Mqtt with { Url = Url };
    }

    /// <summary>Looks at why a connection ended: it may name another server. Gives the reason to tell.</summary>
    public LinkException Consider(LinkException end)
    {
        if (end.Fault != LinkFault.Moved) return end;
        if (end.ServerReference is not { } reference)
            return Told(end, "it does not say which: set upstream.mqtt.url");
        if (!options.FollowRedirects)
            return Told(end, $"\"{reference}\". Set upstream.mqtt.url to it, or upstream.follow_redirects = true");
        if (UrlOf(reference) is not { } url)
            return Told(end, $"\"{reference}\", which is no address");
        if (++_hops > HopLimit)
            return Told(end, $"\"{reference}\", after {HopLimit} others: they send us around in a circle");
        _next = url;
        return new LinkException(LinkFault.Moved, $"{end.Message}: going to {url}", end) { Code = end.Code };
    }

    private static LinkException Told(LinkException end, string what) => new(LinkFault.Refused, $"{end.Message}: {what}", end) { Code = end.Code };

    /// <summary>The first of the servers named, MQTT 5.0 section 4.11: <c>host</c>, <c>host:port</c> or <c>[address]:port</c>. TLS stays as configured.</summary>
    private string? UrlOf(string reference)
    {
        var first = reference.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        var scheme = new Uri(options.Mqtt.Url).Scheme;
        return Uri.TryCreate($"{scheme}://{first}", UriKind.Absolute, out var url) && url.Host.Length > 0
            && url is { UserInfo: "", AbsolutePath: "/" or "", Query: "", Fragment: "" } ? $"{scheme}://{url.Authority}" : null;
    }
}

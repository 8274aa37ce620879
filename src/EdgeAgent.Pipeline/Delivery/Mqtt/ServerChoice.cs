using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Connections.Mqtt;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Chooses the next server: the configured one; or, where that is allowed, the one that it sends us to, for one connection.
/// One owner.
/// </summary>
internal sealed class ServerChoice(MqttDeliveryOptions options)
{
    /// <summary>Servers that send us on to each other must not do so for ever.</summary>
    private const int HopLimit = 3;

    private string? _next;
    private int _hops;

    /// <summary>Where the last connection was to go.</summary>
    public string Url { get; private set; } = options.Connection.Url;

    public MqttOptions Next()
    {
        Url = _next ?? options.Connection.Url;
        if (_next is null) _hops = 0;
        _next = null;
        return options.Connection with { Url = Url };
    }

    /// <summary>Considers why a connection ended: it may name another server. Returns the reason to report.</summary>
    public ConnectionException Consider(MqttException end)
    {
        if (end.Fault != MqttFault.Moved) return MqttFailure.Of(end);
        if (end.ServerReference is not { } reference)
            return Stays(end, "it does not say which: set upstream.mqtt.url");
        if (!options.FollowRedirects)
            return Stays(end, $"\"{reference}\". Set upstream.mqtt.url to it, or upstream.follow_redirects = true");
        if (UrlOf(reference) is not { } url)
            return Stays(end, $"\"{reference}\", which is no address");
        if (++_hops > HopLimit)
            return Stays(end, $"\"{reference}\", after {HopLimit} others: they send us around in a circle");
        _next = url;
        return new ConnectionException(ConnectionFault.Moved, $"{end.Message}: going to {url}", end);
    }

    private static ConnectionException Stays(MqttException end, string what) =>
        new(ConnectionFault.Refused, $"{end.Message}: {what}", end);

    /// <summary>
    /// The first of the servers named, MQTT 5.0 section 4.11: <c>host</c>, <c>host:port</c> or <c>[address]:port</c>. TLS stays as
    /// configured.
    /// </summary>
    private string? UrlOf(string reference)
    {
        var first = reference.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        var scheme = new Uri(options.Connection.Url).Scheme;
        return Uri.TryCreate($"{scheme}://{first}", UriKind.Absolute, out var url) && url.Host.Length > 0
            && url is { UserInfo: "", AbsolutePath: "/" or "", Query: "", Fragment: "" } ? $"{scheme}://{url.Authority}" : null;
    }
}

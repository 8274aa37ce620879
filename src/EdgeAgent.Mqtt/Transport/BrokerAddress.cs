namespace EdgeAgent.Mqtt.Transport;

/// <summary>Where a broker listens.</summary>
public readonly record struct BrokerAddress(string Host, int Port, bool IsTls)
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    /// <param name="url"><c>mqtt://host[:1883]</c> or <c>mqtts://host[:8883]</c>.</param>
    public static BrokerAddress Of(string url) => Of(new Uri(url));

    public static BrokerAddress Of(Uri uri)
    {
        var isTls = uri.Scheme == "mqtts";
        return new BrokerAddress(uri.IdnHost, uri.Port > 0 ? uri.Port : isTls ? TlsPort : PlainPort, isTls);
    }
}

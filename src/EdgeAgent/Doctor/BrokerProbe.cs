using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Doctor;

/// <summary>What a broker said to a client that came only to ask.</summary>
/// <param name="Properties">What it grants.</param>
/// <param name="Tls">The version of TLS; null: none.</param>
/// <param name="CertificateUntil">Until when its certificate holds; null: it shows none.</param>
internal sealed record BrokerAnswer(ServerProperties Properties, string? Tls, DateTime? CertificateUntil);

/// <summary>
/// Connects to a broker as the agent would, hears whether it is let in, and says goodbye. Under a client id of its own, with
/// a clean session and no last will, so that neither the agent's session nor its status is touched; nothing is published.
/// </summary>
internal static class BrokerProbe
{
    private const int CleanStart = 0x02;
    private const int HasPassword = 0x40;
    private const int HasUsername = 0x80;
    private const int KeepAliveSeconds = 30;
    private const byte VersionRefused = 0x84;
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(5);

    /// <exception cref="ConnectionException">It did not let us in; the message says why.</exception>
    public static async Task<BrokerAnswer> AskAsync(MqttOptions mqtt, string clientId, CancellationToken cancel)
    {
        var stream = await StepAsync("there is no answer: see the address, and whether a firewall drops what is sent there",
            limit => MqttTransport.OpenAsync(mqtt, limit), cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var terms = await StepAsync("it takes the connection and does not answer CONNECT: is this an MQTT broker?",
                limit => ConnectAsync(stream, mqtt, clientId, limit), cancel).ConfigureAwait(false);
            var secure = stream as SslStream;
            var certificate = secure?.RemoteCertificate as X509Certificate2;
            return new BrokerAnswer(terms, Name(secure), certificate?.NotAfter.ToUniversalTime());
        }
    }

    private static string? Name(SslStream? secure) => secure?.SslProtocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        var other => other?.ToString(),
    };

    private static async Task<ServerProperties> ConnectAsync(Stream stream, MqttOptions mqtt, string clientId, CancellationToken cancel)
    {
        var version = mqtt.Version == "5" ? MqttVersion.V5 : MqttVersion.V311;
        await stream.WriteAsync(Packet(mqtt, clientId, version), cancel).ConfigureAwait(false);
        var reader = new PacketStream(stream);
        var type = await reader.NextAsync(cancel).ConfigureAwait(false);
        var terms = Read(type, reader.Body, version);
        await stream.WriteAsync(SessionPackets.Disconnect, cancel).ConfigureAwait(false);
        return terms;
    }

    private static ServerProperties Read(MqttPacketType type, ReadOnlySpan<byte> body, MqttVersion version)
    {
        if (type != MqttPacketType.ConnAck || body.Length < 2)
            throw new ConnectionException(ConnectionFault.Refused, $"the broker answered CONNECT with {type}: is this an MQTT broker?");
        var terms = version == MqttVersion.V5 ? ServerProperties.Read(body[2..]) : new ServerProperties();
        // Brokers that know MQTT 3.1.1 only answer in its own words, whatever they were asked in.
        var code = version == MqttVersion.V311 || body[1] < 0x80 ? MqttReason.OfVersion311(body[1]) : body[1];
        return code == 0 ? terms : throw BrokerRefusal.Of(code == 1 ? VersionRefused : code, "the broker refuses the connection", terms);
    }

    private static byte[] Packet(MqttOptions mqtt, string clientId, MqttVersion version)
    {
        var password = mqtt.Username is null ? null : MqttTransport.ReadPassword(mqtt);
        var flags = CleanStart | (mqtt.Username is null ? 0 : HasUsername) | (password is null ? 0 : HasPassword);
        var packet = new PacketWriter().Text("MQTT").Byte((int)version).Byte(flags).Word(KeepAliveSeconds);
        if (version == MqttVersion.V5) packet.Block(new PacketWriter());
        packet.Text(clientId);
        if (mqtt.Username is not null) packet.Text(mqtt.Username);
        if (password is not null) packet.Text(password);
        return packet.ToPacket(MqttPacketType.Connect);
    }

    private static async Task<T> StepAsync<T>(string silence, Func<CancellationToken, Task<T>> step, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StepLimit);
        try
        {
            return await step(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            if (limit.IsCancellationRequested)
                throw new ConnectionException(ConnectionFault.Lost, string.Create(CultureInfo.InvariantCulture, $"{silence} (within {StepLimit.TotalSeconds:0} s)"), e);
            throw e as ConnectionException ?? ConnectionErrors.Of(e);
        }
    }
}

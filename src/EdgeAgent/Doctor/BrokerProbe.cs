using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Doctor;

/// <summary>What a broker said to a client that came only to ask.</summary>
/// <param name="Version">The protocol version that it accepted.</param>
/// <param name="Server">What it grants.</param>
/// <param name="Tls">The version of TLS; null: none.</param>
/// <param name="CertificateUntil">Until when its certificate is valid; null: it shows none.</param>
/// <param name="ClosesOnVersion5">Asked in MQTT 5, it closed the connection without an answer.</param>
internal sealed record BrokerAnswer(
    MqttVersion Version, ServerProperties Server, string? Tls, DateTime? CertificateUntil, bool ClosesOnVersion5);

/// <summary>
/// Connects to a broker as the agent would, learns whether it is accepted, and says goodbye. It uses a client id of its own, a
/// clean session and no last will, so that neither the agent's session nor its status is touched; it publishes nothing.
/// </summary>
internal static class BrokerProbe
{
    /// <exception cref="MqttException">The broker did not accept the connection; the message says why.</exception>
    public static Task<BrokerAnswer> AskAsync(MqttOptions mqtt, string clientId, CancellationToken cancel) =>
        Task.Run(() => Ask(mqtt, clientId, cancel), cancel);

    private static BrokerAnswer Ask(MqttOptions mqtt, string clientId, CancellationToken cancel)
    {
        var version = new VersionChoice(mqtt.Version);
        var isClosed = false;
        while (true)
        {
            try
            {
                var options = new MqttSessionOptions { ClientId = clientId, Version = version.Current };
                using var session = MqttSession.Open(mqtt, options, TimeProvider.System, cancel);
                var certificate = session.Tls?.RemoteCertificate as X509Certificate2;
                var answer = new BrokerAnswer(
                    session.Version, session.Server, Name(session), certificate?.NotAfter.ToUniversalTime(), isClosed);
                session.Disconnect();
                return answer;
            }
            catch (MqttException e) when (version.Refused(e))
            {
                // The other version is tried.
                isClosed = e.IsClosedAtConnect;
            }
        }
    }

    private static string? Name(MqttSession session) => session.Tls?.SslProtocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        var other => other?.ToString(),
    };
}

using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>What the system says of a failed connection, in words that help.</summary>
internal static class LinkTroubles
{
    public static LinkException Of(Exception e) => e.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            new LinkException(LinkFault.Lost, "connection refused: nothing listens there", e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            new LinkException(LinkFault.Lost, "the name of the host is not known: see upstream.mqtt.url and the name server", e),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } =>
            new LinkException(LinkFault.Lost, "the connection was reset", e),
        OperationCanceledException or ObjectDisposedException => new LinkException(LinkFault.Lost, "the connection ended", e),
        _ when e is AuthenticationException or CryptographicException or UnauthorizedAccessException or FileNotFoundException =>
            new LinkException(LinkFault.Refused, e.Message, e),
        _ when TlsTroubles.IsAlert(e) => new LinkException(LinkFault.Refused, TlsTroubles.Explain(e), e),
        MqttProtocolException protocol => new LinkException(LinkFault.Lost, protocol.Message, e),
        var inner => new LinkException(LinkFault.Lost, inner.Message, e),
    };
}

using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using EdgeAgent.Pipeline.Connections;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>Turns what the system reports of a failed connection into a reason that helps.</summary>
internal static class ConnectionErrors
{
    public static ConnectionException Of(Exception e) => e.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            new ConnectionException(ConnectionFault.Lost, "connection refused: nothing listens there", e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            new ConnectionException(
                ConnectionFault.Lost, "the name of the host is not known: see upstream.mqtt.url and the name server", e),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } =>
            new ConnectionException(ConnectionFault.Lost, "the connection was reset", e),
        OperationCanceledException or ObjectDisposedException => new ConnectionException(ConnectionFault.Lost, "the connection ended", e),
        _ when e is AuthenticationException or CryptographicException or UnauthorizedAccessException or FileNotFoundException =>
            new ConnectionException(ConnectionFault.Refused, e.Message, e),
        _ when TlsTroubles.IsAlert(e) => new ConnectionException(ConnectionFault.Refused, TlsTroubles.Explain(e), e),
        MqttProtocolException protocol => new ConnectionException(ConnectionFault.Lost, protocol.Message, e),
        var inner => new ConnectionException(ConnectionFault.Lost, inner.Message, e),
    };
}

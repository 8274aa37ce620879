using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>Why a connection ended or was not made. The message is for people.</summary>
/// <param name="fault">What to do about it.</param>
/// <param name="message">What happened, and what helps.</param>
/// <param name="inner">What the system reported.</param>
public sealed class MqttException(MqttFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public MqttFault Fault { get; } = fault;

    /// <summary>The broker's reason code; 0: it gave none.</summary>
    public byte Code { get; init; }

    /// <summary>Where the broker sends us; null: nowhere.</summary>
    public string? ServerReference { get; init; }

    /// <summary>The broker accepted the TCP connection and closed it without an answer to CONNECT.</summary>
    public bool IsClosedAtConnect { get; internal set; }

    /// <summary>The broker closed the connection without a reason.</summary>
    public bool IsClosedWithoutReason { get; init; }

    /// <summary>The broker, and not the way to it, is the reason: it breaks the protocol.</summary>
    public bool IsBrokersFault { get; init; }

    /// <summary>The broker sent what the protocol does not allow, or does not do what it asks.</summary>
    public static MqttException Protocol(string message) => new(MqttFault.Lost, message) { IsBrokersFault = true };

    /// <summary>There was no session within the time.</summary>
    internal static MqttException NoAnswer(TimeSpan limit, bool isConnected) => new(MqttFault.Lost, isConnected
        ? $"it takes the connection and does not answer CONNECT within {limit.TotalSeconds:0} s: is this an MQTT broker?"
        : $"no answer within {limit.TotalSeconds:0} s: see the address, and whether a firewall drops what is sent there");

    /// <summary>The name server gave no answer within the time.</summary>
    internal static MqttException NotResolved(string host, TimeSpan limit, Exception inner) => new(MqttFault.Lost,
        $"the name \"{host}\" could not be resolved within {limit.TotalSeconds:0} s: see url, and whether the name server answers "
            + "(/etc/resolv.conf)", inner);

    /// <summary>What ended the attempt.</summary>
    internal static MqttException AtConnect(Exception e, MqttOptions mqtt, bool isConnected)
    {
        var failure = Of(e);
        if (failure.Code is MqttReason.WrongPassword or MqttReason.NotAuthorized && mqtt is { Username: not null, PasswordFile: null })
            failure = new MqttException(failure.Fault, $"username is set, password_file is not, and {failure.Message}", failure)
            {
                Code = failure.Code, ServerReference = failure.ServerReference,
            };
        failure.IsClosedAtConnect = isConnected && failure.IsClosedWithoutReason;
        return failure;
    }

    /// <summary>A reason code that the broker gave.</summary>
    public static MqttException Of(byte code, string what, ServerProperties server)
    {
        var reason = server.ReasonString is { Length: > 0 } said ? $" (\"{said}\")" : "";
        return new MqttException(MqttReason.FaultOf(code), $"{what}: {MqttReason.Describe(code)}{reason}")
        {
            Code = code,
            ServerReference = server.ServerReference,
        };
    }

    /// <summary>Whether it is how connections fail and end; anything else is a mistake of ours.</summary>
    internal static bool IsExpected(Exception e) => e is MqttException or IOException or SocketException or ObjectDisposedException
        or AuthenticationException or UnauthorizedAccessException or CryptographicException or OperationCanceledException;

    /// <summary>What the system reports of a failed connection, with what helps.</summary>
    public static MqttException Of(Exception e) => e as MqttException ?? e.GetBaseException() switch
    {
        MqttException own => own,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            new MqttException(MqttFault.Lost, "connection refused: nothing listens there", e),
        SocketException { SocketErrorCode: SocketError.TryAgain } => new MqttException(
            MqttFault.Lost, "the name of the host cannot be resolved now: see whether the name server answers (/etc/resolv.conf)", e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
            new MqttException(MqttFault.Lost, "the name of the host is not known: see url and the name server", e),
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } =>
            new MqttException(MqttFault.Lost, "the connection was reset", e) { IsClosedWithoutReason = true },
        _ when e is AuthenticationException or CryptographicException or UnauthorizedAccessException or FileNotFoundException =>
            new MqttException(MqttFault.Refused, e.Message, e),
        _ when TlsDiagnostics.IsAlert(e) => new MqttException(MqttFault.Refused, TlsDiagnostics.Explain(e), e),
        ObjectDisposedException => new MqttException(MqttFault.Lost, "the connection ended", e),
        var inner => new MqttException(MqttFault.Lost, inner.Message, e),
    };
}

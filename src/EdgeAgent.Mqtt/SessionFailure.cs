using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace EdgeAgent.Mqtt;

/// <summary>Tells what may end a session from a defect of ours, and what the end means.</summary>
internal static class SessionFailure
{
    /// <summary>Whether the network, the broker or a file of the configuration is the reason.</summary>
    public static bool IsExpected(Exception e) => e is MqttException or IOException or SocketException or ObjectDisposedException
        or AuthenticationException or UnauthorizedAccessException or CryptographicException or OperationCanceledException;

    /// <summary>The end of an attempt to connect.</summary>
    public static MqttException AtConnect(Exception e, bool isConnected)
    {
        var failure = MqttException.Of(e);
        failure.IsClosedAtConnect = isConnected && failure.IsClosedWithoutReason;
        return failure;
    }

    public static MqttException NoAnswer(bool isConnected, TimeSpan limit) => new(MqttFault.Lost, isConnected
        ? $"it takes the connection and does not answer CONNECT within {limit.TotalSeconds:0} s: is this an MQTT broker?"
        : $"no answer within {limit.TotalSeconds:0} s: see the address, and whether a firewall drops what is sent there");
}

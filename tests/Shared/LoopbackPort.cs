using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.TestSupport;

/// <summary>Ports for servers of a test.</summary>
internal static class LoopbackPort
{
    /// <summary>One that nothing listened on a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

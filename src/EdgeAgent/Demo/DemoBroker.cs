using System.Net;
using System.Net.Sockets;
using MQTTnet.Server;

namespace EdgeAgent.Demo;

/// <summary>The demo's own broker: on loopback, on a port that is free.</summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    // The usual 250 would drop readings when the demo plays faster than a machine can judge.
    private const int PendingMessageLimit = 100_000;

    private readonly MqttServer _server;

    private DemoBroker(MqttServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public int Port { get; }
    public string Url => $"mqtt://127.0.0.1:{Port}";

    /// <param name="wanted">A port to listen on if it is free; 0: any.</param>
    public static async Task<DemoBroker> StartAsync(int wanted = 0)
    {
        var port = FreePort(wanted);
        var options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointPort(port)
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithMaxPendingMessagesPerClient(PendingMessageLimit)
            .Build();
        var server = new MqttServerFactory().CreateMqttServer(options);
        await server.StartAsync().ConfigureAwait(false);
        return new DemoBroker(server, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync().ConfigureAwait(false);
        _server.Dispose();
    }

    /// <summary>A loopback port that nobody listens on just now: the wanted one, or else any.</summary>
    public static int FreePort(int wanted = 0)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (wanted != 0)
        {
            return FreePort();
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Deploy.Tests;

/// <summary>A mosquitto of the test's own, on a free port of the loopback.</summary>
internal sealed class Broker : IDisposable
{
    private readonly Running _process;

    public Broker(TempFolder folder)
    {
        Port = FreePort();
        var file = folder.Write($"mosquitto-{Port}.conf", $"listener {Port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n");
        _process = Running.Start("mosquitto", "-c", file, "-v");
        _process.WaitFor("running");
    }

    public int Port { get; }
    public string Url => $"mqtt://127.0.0.1:{Port}";

    /// <summary>A client of the broker: mosquitto_sub or mosquitto_pub.</summary>
    public Running Client(string program, params string[] arguments) =>
        Running.Start(program, ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-q", "1", .. arguments]);

    public void WaitFor(string text) => _process.WaitFor(text);

    public void Dispose() => _process.Dispose();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

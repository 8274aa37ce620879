using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Publish.Tests;

/// <summary>A mosquitto of the test's own, on a free port.</summary>
internal sealed class Broker : IDisposable
{
    private readonly ProgramRun _process;

    public Broker(TempFolder folder)
    {
        Port = FreePort();
        var file = folder.Write("mosquitto.conf", $"listener {Port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n");
        try
        {
            _process = ProgramRun.Start("mosquitto", "-c", file, "-v");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("mosquitto and mosquitto-clients are needed; tests/run installs them", e);
        }
        _process.WaitFor("running");
    }

    public int Port { get; }

    /// <summary>A client of the broker: mosquitto_sub or mosquitto_pub.</summary>
    public ProgramRun Client(string program, params string[] arguments) =>
        ProgramRun.Start(program, ["-h", "127.0.0.1", "-p", Port.ToString(), "-q", "1", .. arguments]);

    public void WaitFor(string text) => _process.WaitFor(text);

    public void Dispose() => _process.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeAgent.Demo;

namespace EdgeAgent.Scenarios;

/// <summary>A real mosquitto on loopback that can be stopped and started again on its port.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _configuration;
    private Process? _process;

    public Mosquitto(string more = "")
    {
        _configuration = _folder.File("mosquitto.conf");
        Reconfigure(more);
    }

    /// <summary>Takes effect with the next start.</summary>
    /// <param name="more">More lines of its configuration.</param>
    /// <param name="queued">Messages that wait for a client at most. Not 0, which means no limit: mosquitto 2.0.11 then hangs up whenever it refuses one.</param>
    public void Reconfigure(string more, int queued = 100_000) => File.WriteAllText(_configuration, $"""
        listener {Port} 127.0.0.1
        allow_anonymous true
        max_queued_messages {queued}
        max_inflight_messages 0
        persistence true
        persistence_location {_folder.Path}/
        user root
        {more}
        """);

    public int Port { get; } = DemoBroker.FreePort();
    public string Url => $"mqtt://127.0.0.1:{Port}";

    public async Task<Mosquitto> Start()
    {
        _process = Process.Start(new ProcessStartInfo("mosquitto", ["-c", _configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await Eventually.Holds(IsListening, () => "mosquitto does not listen");
        return this;
    }

    /// <summary>SIGTERM: sessions are written to disk, as with an orderly restart.</summary>
    public void Stop()
    {
        if (_process is null) return;
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            kill.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Sends a signal to this broker alone, STOP and CONT for one.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        _folder.Dispose();
    }

    private bool IsListening()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

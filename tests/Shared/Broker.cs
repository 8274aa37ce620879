using System.ComponentModel;
using System.Globalization;

namespace EdgeAgent.TestSupport;

/// <summary>A mosquitto of the test's own, on a free port.</summary>
internal sealed class Broker : IDisposable
{
    private readonly ProgramRun _process;

    public Broker(TempFolder folder) : this(folder, "mosquitto", "max_queued_messages 0\n", "-v")
    {
    }

    /// <param name="folder">Takes its configuration.</param>
    /// <param name="name">Tells it from others in the same folder.</param>
    /// <param name="more">Lines of its configuration.</param>
    /// <param name="options">Of its command line.</param>
    public Broker(TempFolder folder, string name, string more, params string[] options)
    {
        Port = LoopbackPort.Free();
        var file = folder.Write($"{name}.conf", $"listener {Port} 127.0.0.1\nallow_anonymous true\n{more}");
        try
        {
            _process = ProgramRun.Start("mosquitto", ["-c", file, .. options]);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("mosquitto and mosquitto-clients are needed; tests/run installs them", e);
        }
        _process.WaitFor("running");
    }

    public int Port { get; }
    public string Url => $"mqtt://127.0.0.1:{Port}";

    /// <summary>A client of the broker: mosquitto_sub or mosquitto_pub.</summary>
    public ProgramRun Client(string program, params string[] arguments) =>
        ProgramRun.Start(program, ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-q", "1", .. arguments]);

    public void WaitFor(string text) => _process.WaitFor(text);

    /// <summary>STOP and CONT: a broker that is there and does nothing.</summary>
    public void Signal(string name) => _process.Signal(name);

    public void Dispose() => _process.Dispose();
}

using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Scenarios;

/// <summary>A broker as a process of its own, on a loopback port that it comes back to after each end.</summary>
internal abstract class RealBroker : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringBuilder _said = new();
    private Process? _process;

    public int Port { get; } = LoopbackPort.Free();
    public string Url => $"mqtt://127.0.0.1:{Port}";

    public virtual bool KnowsVersion5 => true;

    /// <summary>What to install; shown when the program is not there.</summary>
    protected abstract string Needs { get; }

    protected string File(string name) => _folder.File(name);

    /// <summary>How to start it.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public virtual async Task Start()
    {
        _process = Run(Command());
        await Eventually.Holds(IsListening, () => $"{GetType().Name} does not listen on port {Port}:\n{Said}");
    }

    /// <summary>SIGKILL to it and its children: nothing is written any more.</summary>
    public void Kill() => End(ref _process);

    /// <summary>SIGTERM: an orderly end. Some write their sessions to disk now.</summary>
    public void Stop()
    {
        if (_process is null) return;
        Signal("TERM");
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Sends a signal to this process alone.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    public virtual void Dispose()
    {
        Kill();
        _folder.Dispose();
    }

    /// <summary>Starts a program whose output is kept for the message of a failing test.</summary>
    protected Process Run(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        try
        {
            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Note(line.Data);
            process.ErrorDataReceived += (_, line) => Note(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started. Install {Needs}; tests/run does it", e);
        }
    }

    protected static void End(ref Process? process)
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    private string Said { get { lock (_said) return _said.ToString(); } }

    private void Note(string? line)
    {
        lock (_said) _said.AppendLine(line);
    }

    private bool IsListening()
    {
        Assert.False(_process!.HasExited, $"{GetType().Name} has ended. Install {Needs}; tests/run does it:\n{Said}");
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

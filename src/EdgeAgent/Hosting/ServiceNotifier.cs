using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Hosting;

/// <summary>
/// Tells the service manager how the agent does, by sd_notify's protocol: one datagram of <c>KEY=value</c> lines to the
/// socket that <c>NOTIFY_SOCKET</c> names. Never throws: a manager that does not listen costs the agent nothing.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const int StatusBytesLimit = 400;

    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;
    private string _status = "";

    private ServiceNotifier(string? address, TimeSpan watchdog)
    {
        if (string.IsNullOrEmpty(address)) return;
        // A leading @ stands for the zero byte of an abstract socket.
        _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        Watchdog = watchdog;
    }

    /// <summary>Says nothing to anyone.</summary>
    public static ServiceNotifier None { get; } = new(null, TimeSpan.Zero);

    /// <summary>Whether a service manager wants to hear.</summary>
    public bool IsHeard => _socket is not null;

    /// <summary>The manager kills the agent when it hears no <see cref="Alive"/> for so long; zero: never.</summary>
    public TimeSpan Watchdog { get; }

    /// <summary>The manager of this process, from the environment.</summary>
    public static ServiceNotifier FromEnvironment() => From(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <param name="variable">Gives a variable of the environment.</param>
    /// <param name="process">Number of this process: the watchdog may be meant for another one.</param>
    public static ServiceNotifier From(Func<string, string?> variable, int process)
    {
        var isMeant = variable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == FormattableString.Invariant($"{process}");
        var watchdog = isMeant && long.TryParse(variable("WATCHDOG_USEC"), out var usec) && usec > 0
            ? TimeSpan.FromMicroseconds(usec) : TimeSpan.Zero;
        try
        {
            return new ServiceNotifier(variable(SocketVariable), watchdog);
        }
        catch (Exception e) when (e is ArgumentException or SocketException)
        {
            // No path that a socket can have.
            return None;
        }
    }

    /// <summary>The agent works; also the end of <see cref="Reloading"/>.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={_status = OneLine(status)}");

    /// <summary>A line for <c>systemctl status</c>; sent when it differs from the last one.</summary>
    public void Status(string status)
    {
        if (OneLine(status) is var line && line != _status) Send($"STATUS={_status = line}");
    }

    /// <summary>The manager asked for a reload, and it has begun: <c>Type=notify-reload</c> wants to know when.</summary>
    public void Reloading() =>
        Send(FormattableString.Invariant($"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}\nSTATUS={_status = "reloading"}"));

    public void Stopping() => Send($"STOPPING=1\nSTATUS={_status = "stopping"}");

    /// <summary>Feeds the watchdog.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <summary>A start, reload or stop that takes long may take so much longer, counted from now.</summary>
    public void ExtendTimeout(TimeSpan more) =>
        Send(FormattableString.Invariant($"EXTEND_TIMEOUT_USEC={(long)more.TotalMicroseconds}"));

    public void Dispose() => _socket?.Dispose();

    private void Send(string state)
    {
        if (_socket is null) return;
        try
        {
            _ = _socket.SendTo(Encoding.UTF8.GetBytes(state), _manager!);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The manager is gone, or slow to read; the agent's work goes on either way.
        }
    }

    private static string OneLine(string text) => VisibleText.Cut(text.Trim(), StatusBytesLimit);
}

using System.Net;
using System.Net.Sockets;
using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control;

/// <summary>
/// Lets the running agent be asked and told things: on its own socket always, over TCP where configured. It stands beside
/// the path of the readings; where it cannot listen it says so, and the agent goes on without.
/// </summary>
internal sealed partial class ControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly List<ControlServer> _servers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly Observer _observer;
    private readonly Task _looking;

    private ControlPlane(AgentPipeline pipeline, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _observer = new Observer(pipeline, time);
        Health = new AgentHealth(pipeline, _observer, time);
        _looking = LookAsync(time);
    }

    /// <summary>Whether the agent is well, as everyone who asks is told.</summary>
    public AgentHealth Health { get; }

    /// <summary>Begins to listen; never fails.</summary>
    /// <param name="configured">The configuration as it was written, with detectors that are out of service.</param>
    /// <param name="pipeline">What is asked and told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Takes what goes wrong.</param>
    public static async Task<ControlPlane> StartAsync(AgentOptions configured, AgentPipeline pipeline, TimeProvider time, ILoggerFactory logs)
    {
        var plane = new ControlPlane(pipeline, time, logs.CreateLogger("control"));
        var requests = new ControlRequests(configured, pipeline, plane._observer, plane.Health, time);
        var socket = ControlSocket.Choose(configured.StateFolder, out var isElsewhere);
        if (isElsewhere) plane.SocketElsewhere(configured.StateFolder, socket);
        await plane.TryStartAsync(socket, async () =>
        {
            ControlSocket.Clear(socket, configured.StateFolder);
            var server = await ControlServer.OnSocketAsync(socket, requests, logs).ConfigureAwait(false);
            ControlSocket.Publish(socket, isElsewhere, configured.StateFolder);
            return server;
        }).ConfigureAwait(false);
        if (configured.Health.Listen is not { } listen) return plane;
        var isListening = await plane.TryStartAsync(
            listen, () => ControlServer.OnPortAsync(IPEndPoint.Parse(listen), requests, logs)).ConfigureAwait(false);
        if (isListening) plane.Listening(listen);
        return plane;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<bool> TryStartAsync(string where, Func<Task<ControlServer>> start)
    {
        try
        {
            _servers.Add(await start().ConfigureAwait(false));
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            NotListening(where, e.GetBaseException().Message);
            return false;
        }
    }

    private async Task LookAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            _observer.Look();
    }

    [LoggerMessage(LogLevel.Information, "health, status and metrics are served on {Endpoint}")]
    private partial void Listening(string endpoint);

    [LoggerMessage(LogLevel.Warning, "the path of a socket in {Folder} would be too long, so the agent listens on {Socket}; a note in the folder leads the commands there")]
    private partial void SocketElsewhere(string folder, string socket);

    [LoggerMessage(LogLevel.Error, "{Where} cannot be listened on: {Failure}. The agent goes on without; nobody can ask it there")]
    private partial void NotListening(string where, string failure);
}

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
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(5);

    private ControlServer? _socketServer, _portServer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly Observer _observer;
    private readonly ControlRequests _requests;
    private readonly ILoggerFactory _logs;
    private readonly Task _sampling;

    private ControlPlane(AgentPipeline pipeline, AgentLife life, TimeProvider time, ILoggerFactory logs)
    {
        (_logs, _logger) = (logs, logs.CreateLogger("control"));
        _observer = new Observer(pipeline, life, time);
        Health = new AgentHealth(pipeline, _observer, time);
        _requests = new ControlRequests(pipeline, _observer, Health, time);
        _sampling = SampleAsync(time);
    }

    /// <summary>Whether the agent is well, as everyone who asks is told.</summary>
    public AgentHealth Health { get; }

    /// <summary>Begins to listen; never fails.</summary>
    /// <param name="pipeline">What is asked and told.</param>
    /// <param name="life">What is known of the agent besides.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Takes what goes wrong.</param>
    public static async Task<ControlPlane> StartAsync(AgentPipeline pipeline, AgentLife life, TimeProvider time, ILoggerFactory logs)
    {
        var plane = new ControlPlane(pipeline, life, time, logs);
        var folder = pipeline.Configured.StateFolder;
        AgentNote.Write(life.Configuration, folder);
        var socket = ControlSocket.Choose(folder, out var isElsewhere);
        if (isElsewhere) plane.SocketElsewhere(folder, socket);
        plane._socketServer = await plane.TryStartAsync(socket, async () =>
        {
            ControlSocket.Clear(socket, folder);
            var server = await ControlServer.OnSocketAsync(socket, plane._requests, logs).ConfigureAwait(false);
            ControlSocket.Publish(socket, isElsewhere, folder);
            return server;
        }).ConfigureAwait(false);
        await plane.ListenAsync(pipeline.Configured.Health.Listen).ConfigureAwait(false);
        return plane;
    }

    /// <summary>Listens on another port, or on none.</summary>
    /// <param name="listen"><c>ADDRESS:PORT</c>; null: on no port.</param>
    public async Task ListenAsync(string? listen)
    {
        if (_portServer is not null) await _portServer.DisposeAsync().ConfigureAwait(false);
        _portServer = listen is null ? null
            : await TryStartAsync(listen, () => ControlServer.OnPortAsync(IPEndPoint.Parse(listen), _requests, _logs))
            .ConfigureAwait(false);
        if (_portServer is not null) Listening(listen!);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var server in new[] { _socketServer, _portServer }.OfType<ControlServer>())
            await server.DisposeAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _observer.Dispose();
        _stop.Dispose();
    }

    private async Task<ControlServer?> TryStartAsync(string where, Func<Task<ControlServer>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            NotListening(where, e.GetBaseException().Message);
            return null;
        }
    }

    private async Task SampleAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(SampleEvery, time);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            _observer.Sample();
    }

    [LoggerMessage(LogLevel.Information, "health, status and metrics are served on {Endpoint}")]
    private partial void Listening(string endpoint);

    [LoggerMessage(
        LogLevel.Warning,
        "the path of a socket in {Folder} would be too long, so the agent listens on {Socket}; a note in the folder leads the "
            + "commands there")]
    private partial void SocketElsewhere(string folder, string socket);

    [LoggerMessage(LogLevel.Error, "{Where} cannot be listened on: {Failure}. The agent goes on without; nobody can ask it there")]
    private partial void NotListening(string where, string failure);
}

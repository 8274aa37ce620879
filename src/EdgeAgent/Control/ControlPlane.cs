using System.Net;
using System.Net.Sockets;
using EdgeAgent.Control.Status;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Serving;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control;

/// <summary>
/// Lets the running agent be asked and told things: on its own socket always, over TCP where configured. It stands beside
/// the path of the readings; where it cannot listen it says so, and the agent goes on without.
/// </summary>
internal sealed partial class ControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(5);

    private readonly OwnSocket _socket;
    private ControlServer? _portServer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly AgentPipeline _pipeline;
    private string? _listensOn;
    private readonly Observer _observer;
    private readonly ControlRequests _requests;
    private readonly ILoggerFactory _logs;
    private readonly FilteredLog _filtered;
    private readonly EvictionLog _evictions;
    private readonly Task _isServed;
    private readonly Task _sampling;

    private ServingPlane? _serving;

    private ControlPlane(AgentPipeline pipeline, AgentLife life, TimeProvider time, ILoggerFactory logs)
    {
        (_logs, _logger, _pipeline) = (logs, logs.CreateLogger("control"), pipeline);
        _observer = new Observer(pipeline, life, time);
        Health = new AgentHealth(pipeline, _observer, () => Trouble, time);
        _requests = new ControlRequests(pipeline, _observer, Health, time);
        _evictions = new EvictionLog(time, _logger);
        _filtered = new FilteredLog([.. pipeline.Lanes.Select(l => l.Counters)], time, _logger);
        _socket = new OwnSocket(pipeline.Configured.StateFolder, context => _requests.AnswerAsync(context, mayTell: true), logs);
        _isServed = _socket.KeepAsync();
        _sampling = SampleAsync(time);
    }

    /// <summary>Whether the agent is well, as everyone who asks is told.</summary>
    public AgentHealth Health { get; }

    /// <summary>Begins to listen; never fails.</summary>
    /// <param name="pipeline">What is asked and told.</param>
    /// <param name="life">What is known of the agent besides.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Takes what goes wrong.</param>
    /// <param name="trials">Tries models that are served before they are.</param>
    public static async Task<ControlPlane> StartAsync(
        AgentPipeline pipeline, AgentLife life, TimeProvider time, ILoggerFactory logs, IBundleTrials? trials = null)
    {
        var plane = new ControlPlane(pipeline, life, time, logs);
        AgentNote.Write(life.Configuration, pipeline.Configured.StateFolder);
        await plane._isServed.ConfigureAwait(false);
        await plane.ListenAsync(pipeline.Configured.Health.Listen).ConfigureAwait(false);
        await plane.ServeAsync(pipeline.Configured, trials).ConfigureAwait(false);
        return plane;
    }

    /// <summary>Serves the models of a configuration, and no others.</summary>
    public async Task ServeAsync(AgentOptions options, IBundleTrials? trials)
    {
        if (_serving is not null) await _serving.DisposeAsync().ConfigureAwait(false);
        _serving = await ServingPlane.StartAsync(options, trials, _observer.Life.Serving, _logs).ConfigureAwait(false);
    }

    /// <summary>Why the configured port or the agent's own socket is not served; null: they are.</summary>
    public string? Trouble =>
        _pipeline.Configured.Health.Listen is { } wanted && wanted != _listensOn ? $"health.listen: {wanted} cannot be listened on"
            : _socket.Trouble ?? _serving?.Trouble;

    /// <summary>Why models are not served as they should be; null: they are.</summary>
    public string? ServingTrouble => _serving?.Trouble;

    /// <summary>Listens on another port, or on none.</summary>
    /// <param name="listen"><c>ADDRESS:PORT</c>; null: on no port.</param>
    /// <returns>False: it cannot be had, and the one before is served as it was.</returns>
    public async Task<bool> ListenAsync(string? listen)
    {
        if (listen is not null && listen == _listensOn) return true;
        // The same port at another address can be had only when it is free.
        var isSamePort = listen is not null && _listensOn is not null && IPEndPoint.Parse(listen).Port == IPEndPoint.Parse(_listensOn).Port;
        if (isSamePort) await _portServer!.DisposeAsync().ConfigureAwait(false);
        var server = listen is null ? null : await TryListenAsync(listen).ConfigureAwait(false);
        if (listen is not null && server is null)
        {
            if (!isSamePort) return false;
            _portServer = await TryListenAsync(_listensOn!).ConfigureAwait(false);
            if (_portServer is null) _listensOn = null;
            return false;
        }
        if (!isSamePort && _portServer is not null) await _portServer.DisposeAsync().ConfigureAwait(false);
        (_portServer, _listensOn) = (server, listen);
        if (listen is not null) Listening(listen);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _socket.DisposeAsync().ConfigureAwait(false);
        if (_portServer is not null) await _portServer.DisposeAsync().ConfigureAwait(false);
        if (_serving is not null) await _serving.DisposeAsync().ConfigureAwait(false);
        AgentNote.Remove(_observer.Life.Configuration, _pipeline.Configured.StateFolder);
        _observer.Dispose();
        _stop.Dispose();
    }

    private Task<ControlServer?> TryListenAsync(string listen) =>
        TryStartAsync(listen, () => ControlServer.OnPortAsync(IPEndPoint.Parse(listen), _requests, _logs));

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
        await _isServed.ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            await _socket.KeepAsync().ConfigureAwait(false);
            _observer.Sample();
            _filtered.Tell();
            _evictions.Tell(_pipeline.Sources);
        }
    }

    [LoggerMessage(LogLevel.Information, "health, status and metrics are served on {Endpoint}")]
    private partial void Listening(string endpoint);

    [LoggerMessage(LogLevel.Error, "{Where} cannot be listened on: {Failure}. The agent goes on without; nobody can ask it there")]
    private partial void NotListening(string where, string failure);
}

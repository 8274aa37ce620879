using System.Net;
using System.Net.Sockets;
using EdgeAgent.Control;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Serving;

/// <summary>
/// Lets other programs of the gateway run its models by the Open Inference Protocol. It stands beside the path of the readings, with
/// sessions of its own; where it cannot listen or load it says so, and the agent goes on without.
/// </summary>
internal sealed partial class ServingPlane : IAsyncDisposable
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(5);

    private readonly ServeOptions _options;
    private readonly ILogger _logger;
    private readonly ServedModels _models;
    private readonly RunPlaces _places;
    private readonly ServingRequests _requests;
    private readonly Task _loading;
    private ControlServer? _server;
    private string? _trouble;

    private ServingPlane(AgentOptions options, IBundleTrials? trials, ServingCounters counters, ILogger logger)
    {
        (_options, _logger) = (options.Serve, logger);
        (_models, _places) = (new ServedModels(trials), new RunPlaces(options.Serve.AtOnce, RunLimit));
        _requests = new ServingRequests(_options, _models, _places, counters, () => _loading!.IsCompleted && Failure is null);
        // Trials take their time, and readings do not wait for them.
        _loading = Task.Run(() => LoadAll([.. options.Detectors.Select(d => d.Model).Distinct(), .. _options.Folders()]));
    }

    /// <summary>What is wrong; null: nothing.</summary>
    public string? Trouble => _trouble ?? (_loading.IsCompleted ? Failure : null);

    private string? Failure => _models.Failures is [var first, ..] ? $"serve: {first}" : null;

    /// <summary>Begins to listen and to load; never fails.</summary>
    /// <returns>Null: nothing is to be served.</returns>
    public static async Task<ServingPlane?> StartAsync(
        AgentOptions options, IBundleTrials? trials, ServingCounters counters, ILoggerFactory logs)
    {
        if (options.Serve.Listen is not { } listen) return null;
        var plane = new ServingPlane(options, trials, counters, logs.CreateLogger("serve"));
        var names = new HostNames(options.Health.Hosts);
        try
        {
            Task Answer(HttpContext context) => names.Contains(context.Request.Host.Host)
                ? plane._requests.AnswerAsync(context) : ControlRequests.MisdirectedAsync(context);
            plane._server = await ControlServer.OnPlainPortAsync(IPEndPoint.Parse(listen), Answer, ServeOptions.MessageBytes, logs)
                .ConfigureAwait(false);
            plane.Listening(listen);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            plane._trouble = $"serve.listen: {listen} cannot be listened on";
            plane.NotListening(listen, e.GetBaseException().Message);
        }
        return plane;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        // What is still being tried is let go of by whoever tries it: a stop does not wait for trials.
        _models.Dispose();
        _places.Dispose();
    }

    private void LoadAll(IReadOnlyList<string> folders)
    {
        _models.Load(folders);
        if (_models.IsDisposed) return;
        foreach (var failure in _models.Failures) NotServed(failure);
        Serving(_models.Count);
    }

    [LoggerMessage(LogLevel.Information, "models are served on http://{Endpoint}/v2 (Open Inference Protocol)")]
    private partial void Listening(string endpoint);

    [LoggerMessage(LogLevel.Error, "{Endpoint} cannot be listened on: {Failure}. The agent goes on; nobody can run its models there")]
    private partial void NotListening(string endpoint, string failure);

    [LoggerMessage(LogLevel.Error, "{Failure}. It is not served; the rest goes on")]
    private partial void NotServed(string failure);

    [LoggerMessage(LogLevel.Information, "{Count} models are served")]
    private partial void Serving(int count);
}

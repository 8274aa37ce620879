using EdgeAgent.Cli;
using EdgeAgent.Control;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Decisions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>Starts and stops the pipeline with the host, and ends the process when a lane is broken.</summary>
internal sealed partial class AgentService(
    AgentOptions options, TimeProvider time, ILoggerFactory logs, IHostApplicationLifetime lifetime, IJudgementObserver? observer = null)
    : BackgroundService
{
    private static readonly TimeSpan BooksEvery = TimeSpan.FromMinutes(5);

    private readonly ILogger _logger = logs.CreateLogger("agent");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested)
        {
            // The host would swallow it and end with 0, as if nothing had been left undone.
            StopFailed(e);
            EndFailed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            StateUnusable(options.StateFolder, e.Message.TrimEnd('.'));
            EndFailed();
        }
        catch (Exception e)
        {
            StartFailed(e.GetBaseException().Message);
            EndFailed();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await using var pipeline = new AgentPipeline(options, time, logs, observer, isWarm: true,
            guard: options.Gpio.Guard ? GuardProcess.Of(options.Gpio.Driver, time) : null);
        pipeline.Start();
        await using var control = await ControlPlane.StartAsync(options, pipeline, time, logs).ConfigureAwait(false);
        AgentStarted(options.Site, options.Id, options.Sources.Count, pipeline.Options.Detectors.Count, pipeline.Lanes.Count);
        var stop = TellBooksAsync(pipeline, stoppingToken);
        if (await Task.WhenAny(pipeline.Failed, stop).ConfigureAwait(false) != pipeline.Failed)
        {
            await pipeline.StopAsync().ConfigureAwait(false);
            AgentStopped(LedgerLine.Of(pipeline));
            if (pipeline.UnsafeAtStop > 0)
            {
                EventsUnsafe(pipeline.UnsafeAtStop);
                EndFailed();
            }
        }
        // A lane may also break over what it holds when the stop comes.
        if (!pipeline.Failed.IsCompleted) return;
        LaneBroken(await pipeline.Failed.ConfigureAwait(false));
        EndFailed();
    }

    /// <summary>The host alone would end with 0, and the service manager would leave the agent down.</summary>
    private void EndFailed()
    {
        Environment.ExitCode = ExitCodes.Failed;
        lifetime.StopApplication();
    }

    /// <summary>Tells the books every few minutes until the stop: what is dead-lettered or filtered must not stay unseen.</summary>
    private async Task TellBooksAsync(AgentPipeline pipeline, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BooksEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                Books(LedgerLine.Of(pipeline));
        }
        catch (OperationCanceledException)
        {
            // It is time to stop.
        }
    }

    [LoggerMessage(LogLevel.Information, "site {Site}, agent {Agent}: {Sources} sources, {Detectors} detectors, {Lanes} lanes")]
    private partial void AgentStarted(string site, string agent, int sources, int detectors, int lanes);

    [LoggerMessage(LogLevel.Information, "stopped: {Ledger}")]
    private partial void AgentStopped(string ledger);

    [LoggerMessage(LogLevel.Information, "{Ledger}")]
    private partial void Books(string ledger);

    [LoggerMessage(LogLevel.Error, "{Count} events were neither delivered nor on disk: the disk refuses. Their readings were not acknowledged; those of QoS 1 come again")]
    private partial void EventsUnsafe(int count);

    [LoggerMessage(LogLevel.Critical, "the agent cannot run: {Failure}")]
    private partial void StartFailed(string failure);

    [LoggerMessage(LogLevel.Critical, "the agent could not stop in good order")]
    private partial void StopFailed(Exception exception);

    [LoggerMessage(LogLevel.Critical, "a lane is broken; the process ends so that it can be restarted")]
    private partial void LaneBroken(Exception exception);

    [LoggerMessage(LogLevel.Critical, "the state folder {Folder} cannot be used: {Failure}. Set agent.state to a folder that this user may write")]
    private partial void StateUnusable(string folder, string failure);
}

using EdgeAgent.Cli;
using EdgeAgent.Control.Status;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>
/// Starts and stops the pipeline with the host, has it take reloads, and ends the process when a lane is broken. The service manager
/// hears of each step.
/// </summary>
internal sealed partial class AgentService(
    AgentOptions options, TimeProvider time, ILoggerFactory logs, IHostApplicationLifetime lifetime, IJudgementObserver? observer = null,
    ServiceNotifier? manager = null, AgentLife? life = null, Reload? reload = null, IBundleTrials? trials = null)
    : BackgroundService
{
    private static readonly TimeSpan LedgerEvery = TimeSpan.FromMinutes(5);

    private readonly ILogger _logger = logs.CreateLogger("agent");
    private readonly ServiceNotifier _manager = manager ?? ServiceNotifier.None;
    private readonly AgentLife _life = life ?? new AgentLife("", time);

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
            StartFailed(Shortage.Explain(e));
            EndFailed();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        await using var watch = new ServiceWatch(_manager, time);
        await using var stopping = stoppingToken.UnsafeRegister(_ => Stopping(watch), null);
        AgentOptions? next = options, before = null;
        while (next is not null)
        {
            await using var run = await StartAsync(next, before).ConfigureAwait(false);
            var runs = run.Pipeline.Options;
            AgentStarted(runs.Site, runs.Id, Words.Of(runs), Words.Number(run.Pipeline.Lanes.Count, "lane"));
            if (!stoppingToken.IsCancellationRequested) watch.Working(run.Health, run.Status);
            next = await UntilEndAsync(run, watch, stoppingToken).ConfigureAwait(false);
            before = run.Configured;
        }
    }

    /// <summary>A configuration that cannot run although it looked good is replaced by the previous one.</summary>
    private async Task<AgentRun> StartAsync(AgentOptions wanted, AgentOptions? before)
    {
        try
        {
            var run = await AgentRun.StartAsync(wanted, _life, time, logs, observer, trials).ConfigureAwait(false);
            if (before is not null) reload?.Taken("settings of the agent itself changed, so everything began anew");
            return run;
        }
        catch (Exception e) when (before is not null)
        {
            reload?.NotRun(e.GetBaseException().Message);
            return await AgentRun.StartAsync(before, _life, time, logs, observer, trials).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits for the stop, a failure or a new configuration, and stops the pipeline; gives the configuration to go on with, if any.
    /// </summary>
    private async Task<AgentOptions?> UntilEndAsync(AgentRun run, ServiceWatch watch, CancellationToken stoppingToken)
    {
        var pipeline = run.Pipeline;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var ledger = LogLedgerAsync(pipeline, end.Token);
        var asked = NextAsync(run, watch, end.Token);
        var first = await Task.WhenAny(pipeline.Failed, ledger, asked).ConfigureAwait(false);
        watch.Changing();
        await end.CancelAsync().ConfigureAwait(false);
        var next = await asked.ConfigureAwait(false);
        if (stoppingToken.IsCancellationRequested) next = null;
        if (first != pipeline.Failed) await StopAsync(pipeline, isForGood: next is null).ConfigureAwait(false);
        if (next is not null && next.StateFolder != pipeline.Configured.StateFolder && pipeline.Outbox.Owed is > 0 and var owed)
            EventsLeftBehind(owed, pipeline.Configured.StateFolder);
        // A lane may also break over what it holds when the stop comes.
        if (!pipeline.Failed.IsCompleted) return next;
        LaneBroken(await pipeline.Failed.ConfigureAwait(false));
        EndFailed();
        return null;
    }

    /// <summary>
    /// Takes reloads that can be taken while it runs; gives a configuration that begins everything anew, or null at the end.
    /// </summary>
    private async Task<AgentOptions?> NextAsync(AgentRun run, ServiceWatch watch, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await (reload?.AskedAsync(end) ?? Task.Delay(Timeout.Infinite, end)).ConfigureAwait(false);
                watch.Changing();
                _manager.Reloading();
                // A file that cannot be read to its end, as on a server that is gone, must not hold up the stop.
                var read = await Task.Run(() => reload!.Read(run.Pipeline.IsModelInUse), end).WaitAsync(end).ConfigureAwait(false);
                if (read is not null && await TryTakeAsync(run, reload!, read, end).ConfigureAwait(false) is { } anew) return anew;
                end.ThrowIfCancellationRequested();
                watch.Working(run.Health, run.Status);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Gives a configuration that begins everything anew; null: it has been taken over, or could not be.</summary>
    private static async Task<AgentOptions?> TryTakeAsync(AgentRun run, Reload reload, ReadConfiguration next, CancellationToken end)
    {
        var difference = run.DifferenceTo(next);
        if (difference.IsNothing && !run.IsIncomplete)
        {
            reload.Unchanged();
            return null;
        }
        if (!run.CanChange(difference)) return next.Options;
        try
        {
            await run.ChangeAsync(next, difference, end).ConfigureAwait(false);
            reload.Taken(difference.IsNothing ? "what could not be had before was tried again" : difference.ToString());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            reload.NotRun(e.GetBaseException().Message);
        }
        return null;
    }

    private async Task StopAsync(AgentPipeline pipeline, bool isForGood)
    {
        await pipeline.StopAsync().ConfigureAwait(false);
        AgentStopped(LedgerLine.Of(pipeline));
        if (pipeline.UnsafeAtStop == 0) return;
        EventsUnsafe(pipeline.UnsafeAtStop);
        if (isForGood) EndFailed();
    }

    private void Stopping(ServiceWatch watch)
    {
        watch.Changing();
        _manager.Stopping();
    }

    /// <summary>The host alone would end with 0, and the service manager would leave the agent down.</summary>
    private void EndFailed()
    {
        Environment.ExitCode = ExitCodes.Failed;
        lifetime.StopApplication();
    }

    /// <summary>Logs the ledger every few minutes until the stop: what is dead-lettered or filtered must not stay unseen.</summary>
    private async Task LogLedgerAsync(AgentPipeline pipeline, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LedgerEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                Ledger(LedgerLine.Of(pipeline));
        }
        catch (OperationCanceledException)
        {
            // It is time to stop.
        }
    }

    [LoggerMessage(LogLevel.Information, "site {Site}, agent {Agent}: {What}, {Lanes}")]
    private partial void AgentStarted(string site, string agent, string what, string lanes);

    [LoggerMessage(LogLevel.Information, "stopped: {Ledger}")]
    private partial void AgentStopped(string ledger);

    [LoggerMessage(LogLevel.Information, "{Ledger}")]
    private partial void Ledger(string ledger);

    [LoggerMessage(
        LogLevel.Error,
        "{Count} events were neither delivered nor on disk: the disk refuses. Their readings were not acknowledged; those of QoS 1 "
            + "come again")]
    private partial void EventsUnsafe(int count);

    [LoggerMessage(
        LogLevel.Warning, "{Count} events stay owed in {Folder}: the state folder is another one now. They are sent when an agent "
        + "runs on that folder again; edgeagent outbox export --data FOLDER prints them")]
    private partial void EventsLeftBehind(long count, string folder);

    [LoggerMessage(LogLevel.Critical, "the agent cannot run: {Failure}")]
    private partial void StartFailed(string failure);

    [LoggerMessage(LogLevel.Critical, "the agent could not stop in good order")]
    private partial void StopFailed(Exception exception);

    [LoggerMessage(LogLevel.Critical, "a lane is broken; the process ends so that it can be restarted")]
    private partial void LaneBroken(Exception exception);

    [LoggerMessage(
        LogLevel.Critical, "the state folder {Folder} cannot be used: {Failure}. Set agent.state to a folder that this user may write and no "
            + "other agent uses; two agents need an agent.id each, too")]
    private partial void StateUnusable(string folder, string failure);
}

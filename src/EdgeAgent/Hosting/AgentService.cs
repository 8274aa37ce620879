using EdgeAgent.Cli;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>Starts and stops the pipeline with the host, and ends the process when a lane is broken.</summary>
internal sealed partial class AgentService(AgentOptions options, TimeProvider time, ILoggerFactory logs, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private readonly ILogger _logger = logs.CreateLogger("agent");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var pipeline = new AgentPipeline(options, time, logs);
            pipeline.Start();
            AgentStarted(options.Site, options.Id, options.Sources.Count, pipeline.Options.Detectors.Count, pipeline.Lanes.Count);
            var stop = Task.Delay(Timeout.Infinite, stoppingToken);
            if (await Task.WhenAny(pipeline.Failed, stop).ConfigureAwait(false) == pipeline.Failed)
            {
                LaneBroken(await pipeline.Failed.ConfigureAwait(false));
                // The host alone would end with 0, and the service manager would take that for a wish.
                Environment.ExitCode = ExitCodes.Failed;
                lifetime.StopApplication();
                return;
            }
            await pipeline.StopAsync().ConfigureAwait(false);
            AgentStopped(LedgerLine.Of(pipeline));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            StateUnusable(options.StateFolder, e.Message);
            Environment.ExitCode = ExitCodes.Failed;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Information, "site {Site}, agent {Agent}: {Sources} sources, {Detectors} detectors, {Lanes} lanes")]
    private partial void AgentStarted(string site, string agent, int sources, int detectors, int lanes);

    [LoggerMessage(LogLevel.Information, "stopped: {Ledger}")]
    private partial void AgentStopped(string ledger);

    [LoggerMessage(LogLevel.Critical, "a lane is broken; the process ends so that it can be restarted")]
    private partial void LaneBroken(Exception exception);

    [LoggerMessage(LogLevel.Critical, "the state folder {Folder} cannot be used: {Failure}. Set agent.state to a folder that this user may write")]
    private partial void StateUnusable(string folder, string failure);
}

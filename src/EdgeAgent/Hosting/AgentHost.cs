using System.Diagnostics;
using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Control;
using EdgeAgent.Control.Status;
using EdgeAgent.Logging;
using EdgeAgent.Pipeline;
using EdgeAgent.Trials;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>Hosts the pipeline as a service: logs, signals, service manager.</summary>
internal static partial class AgentHost
{
    /// <summary>Runs until a signal or <paramref name="cancel"/>; gives the exit code.</summary>
    /// <param name="first">The good configuration to begin with.</param>
    /// <param name="path">Its main file, for the name.</param>
    /// <param name="hangUp">Asks for a reload.</param>
    /// <param name="load">Reads it again, when a reload is asked for.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<int> RunAsync(
        ConfigurationResult first, string path, HangUp hangUp, Func<ConfigurationResult> load, CancellationToken cancel)
    {
        // Empty: the usual builder reads files and variables that are none of ours.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "edgeagent" });
        var life = new AgentLife(Path.GetFullPath(path), TimeProvider.System);
        using var log = OpenLog(life);
        AppDomain.CurrentDomain.UnhandledException += (_, broken) => Broken(log, broken);
        AddLogging(builder.Logging, log);
        builder.Services.AddSystemd();
        builder.Services.AddSingleton<ISystemdNotifier, QuietSystemdNotifier>();
        builder.Services.AddSingleton(_ => ServiceNotifier.FromEnvironment());
        builder.Services.AddSingleton(s => new TrialProcess(s.GetRequiredService<ILoggerFactory>().CreateLogger("models")));
        builder.Services.AddSingleton(s => new Reload(
            hangUp, load, life, s.GetRequiredService<TrialProcess>(), s.GetRequiredService<ILoggerFactory>().CreateLogger("agent")));
        log.CreateLogger("agent").LogWarnings(first);
        builder.Services.AddHostedService(s => new AgentService(
            first.Options!, TimeProvider.System, s.GetRequiredService<ILoggerFactory>(),
            s.GetRequiredService<IHostApplicationLifetime>(),
            manager: s.GetRequiredService<ServiceNotifier>(), life: life, reload: s.GetRequiredService<Reload>(),
            trials: s.GetRequiredService<TrialProcess>()));
        using var host = builder.Build();
        await host.RunAsync(cancel).ConfigureAwait(false);
        return Environment.ExitCode;
    }

    private static void AddLogging(ILoggingBuilder logging, BoundedLog log)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It warns that a port without TLS has no HTTP/2; ours has, by its first bytes.
        logging.AddFilter(ControlServer.LogCategory, LogLevel.Error);
        // It logs a stack trace for every wrong call of a stranger, who is told by the answer.
        logging.AddFilter(ControlServer.GrpcLogCategory, LogLevel.None);
        logging.AddProvider(log);
    }

    /// <summary>Output is for results; what the agent says of itself goes beside it.</summary>
    private static BoundedLog OpenLog(AgentLife life)
    {
        var isColoured = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        var layout = new LogLayout(TimeProvider.System, JournalStream.IsStandardError(), isColoured);
        return new BoundedLog(layout, new StandardError(), life.Log, TimeProvider.System);
    }

    /// <summary>The runtime's own last words would wait for ever where nobody reads standard error.</summary>
    private static void Broken(BoundedLog log, UnhandledExceptionEventArgs broken)
    {
        log.CreateLogger("agent").LogBroken(broken.ExceptionObject as Exception);
        if (!log.Flush()) Process.GetCurrentProcess().Kill();
    }

    private static void LogWarnings(this ILogger logger, ConfigurationResult read)
    {
        foreach (var warning in read.Warnings) logger.LogDoubtful(Words.OneLine($"{warning}"));
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private static partial void LogDoubtful(this ILogger logger, string warning);

    [LoggerMessage(LogLevel.Critical, "the agent is broken; the process ends so that it can be restarted")]
    private static partial void LogBroken(this ILogger logger, Exception? exception);
}

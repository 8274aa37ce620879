using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Control;
using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using EdgeAgent.Trials;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeAgent.Hosting;

/// <summary>Hosts the pipeline as a service: logs, signals, service manager.</summary>
internal static class AgentHost
{
    /// <summary>Runs until a signal or <paramref name="cancel"/>; gives the exit code.</summary>
    /// <param name="options">The configuration to begin with.</param>
    /// <param name="path">Its main file, for the name.</param>
    /// <param name="hangUp">Asks for a reload.</param>
    /// <param name="load">Reads it again, when a reload is asked for.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<int> RunAsync(
        AgentOptions options, string path, HangUp hangUp, Func<ConfigurationResult> load, CancellationToken cancel)
    {
        // Empty: the usual builder reads files and variables that are none of ours.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "edgeagent" });
        AddLogging(builder.Logging);
        builder.Services.AddSystemd();
        builder.Services.AddSingleton<ISystemdNotifier, QuietSystemdNotifier>();
        builder.Services.AddSingleton(_ => ServiceNotifier.FromEnvironment());
        var life = new AgentLife(Path.GetFullPath(path), TimeProvider.System);
        builder.Services.AddSingleton(s => new TrialProcess(s.GetRequiredService<ILoggerFactory>().CreateLogger("models")));
        builder.Services.AddSingleton(s => new Reload(
            hangUp, load, life, s.GetRequiredService<TrialProcess>(), s.GetRequiredService<ILoggerFactory>().CreateLogger("agent")));
        builder.Services.AddHostedService(s => new AgentService(
            options, TimeProvider.System, s.GetRequiredService<ILoggerFactory>(), s.GetRequiredService<IHostApplicationLifetime>(),
            manager: s.GetRequiredService<ServiceNotifier>(), life: life, reload: s.GetRequiredService<Reload>(),
            trials: s.GetRequiredService<TrialProcess>()));
        using var host = builder.Build();
        await host.RunAsync(cancel).ConfigureAwait(false);
        return Environment.ExitCode;
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It warns that a port without TLS has no HTTP/2; ours has, by its first bytes.
        logging.AddFilter(ControlServer.LogCategory, LogLevel.Error);
        logging.AddConsole();
        logging.Services.AddSingleton<ConsoleFormatter>(new PlainLogFormatter(
            TimeProvider.System, isColoured: !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null));
        logging.Services.AddSingleton<ConsoleFormatter>(new JournalLogFormatter());
        // Output is for results; what the agent says of itself goes beside it.
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = JournalLogFormatter.IsJournal() ? JournalLogFormatter.FormatterName : PlainLogFormatter.FormatterName;
        });
    }
}

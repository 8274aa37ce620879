using EdgeAgent.Cli;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeAgent.Hosting;

/// <summary>Hosts the pipeline as a service: logs, signals, systemd.</summary>
internal static class AgentHost
{
    /// <summary>Runs until a signal or <paramref name="cancel"/>; gives the exit code.</summary>
    public static async Task<int> RunAsync(AgentOptions options, CancellationToken cancel)
    {
        // Empty: the usual builder reads files and variables that are none of ours.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "edgeagent" });
        AddLogging(builder.Logging);
        builder.Services.AddSystemd();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService(s => new AgentService(
            s.GetRequiredService<AgentOptions>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>(), s.GetRequiredService<IHostApplicationLifetime>()));
        using var host = builder.Build();
        await host.RunAsync(cancel).ConfigureAwait(false);
        return Environment.ExitCode;
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddConsole();
        logging.Services.AddSingleton<ConsoleFormatter>(new PlainLogFormatter(
            TimeProvider.System, isColoured: !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null));
        // Output is for results; what the agent says of itself goes beside it.
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = SystemdHelpers.IsSystemdService() ? ConsoleFormatterNames.Systemd : PlainLogFormatter.FormatterName;
        });
    }
}

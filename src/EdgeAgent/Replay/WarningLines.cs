using EdgeAgent.Cli;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Replay;

/// <summary>Warnings of the stages as lines on standard error; what is merely informative stays unsaid.</summary>
internal sealed class WarningLines : ILogger
{
    public static readonly WarningLines Instance = new();

    private WarningLines()
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Say.Error(formatter(state, exception));
    }
}

using Microsoft.Extensions.Logging;

namespace EdgeAgent.Logging;

/// <summary>Logs for one category.</summary>
internal sealed class BoundedLogger(BoundedLog log, string category) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <summary>What is too much of its kind costs no more than a look.</summary>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && log.MayTell(category, eventId, out var kind))
            log.Tell(kind, logLevel, category, formatter(state, exception), exception);
    }
}

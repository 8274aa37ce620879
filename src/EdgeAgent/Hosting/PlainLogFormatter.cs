using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeAgent.Hosting;

/// <summary>One line a message for people at a terminal: time, level, room, what happened.</summary>
internal sealed class PlainLogFormatter(TimeProvider time, bool isColoured) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "edgeagent";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (word, colour) = logEntry.LogLevel switch
        {
            LogLevel.Critical or LogLevel.Error => ("error", "\e[31m"),
            LogLevel.Warning => ("warn ", "\e[33m"),
            LogLevel.Information => ("info ", ""),
            _ => ("debug", ""),
        };
        var (on, off) = isColoured && colour.Length > 0 ? (colour, "\e[0m") : ("", "");
        textWriter.Write(
            $"{time.GetLocalNow():HH:mm:ss.fff} {on}{word}{off} {logEntry.Category}: "
                + $"{logEntry.Formatter(logEntry.State, logEntry.Exception)}");
        // A stack trace is for a broken invariant only; expected trouble says all in its message.
        textWriter.WriteLine(logEntry.Exception is null ? "" : $"\n{logEntry.Exception}");
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeAgent.Hosting;

/// <summary>Lines for the journal: each begins with its priority as <c>&lt;N&gt;</c>; time and program the journal adds itself.</summary>
internal sealed class JournalLogFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "edgeagent-journal";

    /// <summary>Whether what goes to standard error goes to the journal: systemd says which device and file number that is.</summary>
    public static bool IsJournal() => IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), StandardError());

    /// <param name="stream">Device and file number, as <c>JOURNAL_STREAM</c> has them.</param>
    /// <param name="target">Where standard error leads, as the kernel writes it: <c>socket:[NUMBER]</c>.</param>
    public static bool IsJournal(string? stream, string? target) =>
        stream is not null && target is not null && stream.IndexOf(':') is var colon and > 0
        && target.EndsWith($":[{stream[(colon + 1)..]}]", StringComparison.Ordinal);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var prefix = Prefix(logEntry.LogLevel);
        var text = $"{logEntry.Category}: {logEntry.Formatter(logEntry.State, logEntry.Exception)}";
        if (logEntry.Exception is not null) text += $"\n{logEntry.Exception}";
        // The journal takes every line for a message of its own; without a prefix it would be of the usual priority.
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            textWriter.Write(prefix);
            textWriter.Write(line);
            textWriter.Write('\n');
        }
    }

    private static string Prefix(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };

    private static string? StandardError()
    {
        try
        {
            return File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Logging;

/// <summary>
/// Makes lines of a message: for people at a terminal with time and level, for the journal with its priority as <c>&lt;N&gt;</c>, for
/// time and program the journal adds itself. Nothing in a message can begin a line of its own, and each line has a limit.
/// </summary>
/// <param name="time">The clock of the lines.</param>
/// <param name="isJournal">Whether the journal takes them.</param>
/// <param name="isColoured">Whether a terminal shows them in colours.</param>
internal sealed class LogLayout(TimeProvider time, bool isJournal, bool isColoured)
{
    /// <summary>What a message may take, without what stands before it.</summary>
    public const int MessageBytesLimit = 2048;

    private const StringSplitOptions Whole = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
    private const int CauseLimit = 4;
    private const int TraceLineLimit = 40;
    private const int TraceBytesLimit = 300;

    /// <summary>The lines of a message; those of an exception follow, for a stack trace is for a broken invariant only.</summary>
    public string Write(LogLevel level, string category, string message, Exception? exception)
    {
        var head = Head(level);
        var lines = new StringBuilder(head).Append(VisibleText.Cut($"{category}: {message}", MessageBytesLimit)).Append('\n');
        if (exception is null) return lines.ToString();
        var follows = isJournal ? head : "    ";
        foreach (var line in Trace(exception).Take(TraceLineLimit))
            lines.Append(follows).Append(line).Append('\n');
        return lines.ToString();
    }

    private static IEnumerable<string> Trace(Exception exception)
    {
        var cause = exception;
        for (var depth = 0; cause is not null && depth < CauseLimit; depth++, cause = cause.InnerException)
        {
            yield return VisibleText.Cut($"{(depth > 0 ? "caused by " : "")}{cause.GetType()}: {cause.Message}", MessageBytesLimit);
            foreach (var call in (cause.StackTrace ?? "").Split('\n', Whole))
                yield return $"  {VisibleText.Cut(call, TraceBytesLimit)}";
        }
    }

    private string Head(LogLevel level)
    {
        if (isJournal) return Priority(level);
        var (word, colour) = level switch
        {
            LogLevel.Critical or LogLevel.Error => ("error", "\e[31m"),
            LogLevel.Warning => ("warn ", "\e[33m"),
            LogLevel.Information => ("info ", ""),
            _ => ("debug", ""),
        };
        var (on, off) = isColoured && colour.Length > 0 ? (colour, "\e[0m") : ("", "");
        return string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {on}{word}{off} ");
    }

    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };
}

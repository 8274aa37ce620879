using EdgeAgent.Cli;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Logging;

/// <summary>What is wrong with the log, so that whoever misses it learns so elsewhere.</summary>
internal static class LogTroubles
{
    public static IEnumerable<AgentTrouble> Find(LogCounters log)
    {
        if (log.IsStuck || log.IsLate(LogDrop.Unread))
            yield return new AgentTrouble(
                "nobody reads the log on standard error, or it cannot be written; lines left out: "
                    + Words.Count(log.Dropped(LogDrop.Unread)),
                "see that journald, the container's log driver or the program behind the pipe reads it");
        if (log.IsLate(LogDrop.Budget))
            yield return new AgentTrouble(
                $"the log is over its limit of {LogBudget.MinuteBytes / 1_000_000} MB a minute; lines left out: "
                    + Words.Count(log.Dropped(LogDrop.Budget)),
                "the log names what comes too often");
    }
}

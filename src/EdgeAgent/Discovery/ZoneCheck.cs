using EdgeAgent.Cli;

namespace EdgeAgent.Discovery;

/// <summary>Finds local times: they name no zone, and are away from arrival by as much as zones are from each other.</summary>
internal static class ZoneCheck
{
    private const int StepMinutes = 15;
    private const string OtherZone = "\"Etc/GMT-1\"";
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(10), Most = TimeSpan.FromHours(14), Near = TimeSpan.FromMinutes(3);

    /// <summary>What to know of the times; null: nothing.</summary>
    public static string? Remark(PlanTrial trial, TopicShape shape)
    {
        if (trial.Source.Time is null || !trial.HasGoodTimes || trial.Lag is not { } lag || lag.Duration() <= Least) return null;
        var away = TimeSpan.FromMinutes(StepMinutes * Math.Round(lag.TotalMinutes / StepMinutes));
        if ((lag - away).Duration() > Near || away.Duration() > Most) return null;
        // Times that name their zone do not care for the source's.
        var moved = PlanTrial.Run(trial.Plan.With("timezone", OtherZone), shape);
        if (moved?.Lag is not { } other || other == lag) return null;
        var side = lag > TimeSpan.Zero ? "behind" : "ahead";
        return $"the times name no zone and are {Span(away.Duration())} {side}: add timezone = \"...\"";
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalHours: < 1 } => $"{span.Minutes} min",
        { Minutes: 0 } => $"{span.Hours} h",
        _ => Words.Duration(span),
    };
}

using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a source's <c>history</c> and <c>history_age</c>.</summary>
internal static class HistoryReader
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostAge = TimeSpan.FromDays(3650);

    public static void Read(TomlScope source, SourceOptions options)
    {
        options.History.IsSkipped = source.Choice("history", false, ("judge", false), ("skip", true));
        if (source.Has("history_age"))
            options.History.Age = source.Duration("history_age", TimeSpan.FromHours(1), LeastAge, MostAge);
        if (options.History is { IsSkipped: false, Age: not null } && source.Find("history_age") is { } age)
            source.Report("history_age", age,
                "says from when on a reading is of the past, but those are judged like any other", "add history = \"skip\"");
    }
}

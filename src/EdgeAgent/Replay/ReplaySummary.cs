using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;

namespace EdgeAgent.Replay;

/// <summary>What came of a replay, in lines for people or as an object of JSON.</summary>
/// <param name="Files">Recordings.</param>
/// <param name="Player">What was played.</param>
/// <param name="Counters">What became of it.</param>
/// <param name="Events">What was told.</param>
/// <param name="Sources">Whose messages were played.</param>
/// <param name="Took">How long it took.</param>
/// <param name="NotANumber">Windows of which a model made something that is not a number.</param>
internal sealed record ReplaySummary(
    int Files, RecordingPlayer Player, LaneCounters Counters, EventLines Events, IReadOnlyList<SourceOptions> Sources, TimeSpan Took,
    long NotANumber)
{
    private const int TopicsShown = 3;

    /// <summary>Why nothing was judged; null: something was.</summary>
    public string? WhyNothing
    {
        get
        {
            if (Counters.Judged > 0) return null;
            if (Player.Played == 0 && Player.OtherTopics > 0)
                return $"nothing was judged: no message is of a topic that {Listeners()}; correct the topics of the configuration, "
                    + "upper and lower case included";
            if (Player.Played > 0 && Player.BadLines == Player.Played)
                return $"nothing was judged: none of the messages can be used"
                    + (Player.FirstRemedy is null ? "" : $": {Player.FirstRemedy}");
            if (NotANumber > 0)
                return $"nothing was judged: the output of the model is not a number, in {Count(NotANumber, "window")}: look for a division "
                    + "by zero in it";
            return "nothing was judged: are there enough readings for calibration and a window, and all channels of the model?";
        }
    }

    public void Print(TextWriter output)
    {
        var seconds = Math.Max(Took.TotalSeconds, 1e-6);
        output.WriteLine(
            $"{Count(Files, "recording")}, {Count(Player.Played, "reading")} in {Fixed(Took.TotalSeconds)} s "
                + $"({Words.Count((long)(Player.Played / seconds))} a second)");
        var anomalies = Events.Opened == 1 ? "1 anomaly" : $"{Words.Count(Events.Opened)} anomalies";
        output.WriteLine($"{Words.Count(Counters.Judged)} judged, {anomalies}"
            + (Events.Events == 0 ? "" : $", {Count(Events.Events, "event")} of {Count(Events.Bytes, "byte")} together"));
        Events.Anomalies.Print(output);
        if (Counters.InferenceFailed > 0)
            output.WriteLine($"{Count(Counters.InferenceFailed, "window")} not judged"
                + $"{(NotANumber > 0 ? $": of {Words.Count(NotANumber)} the output of the model is not a number" : "")}");
        if (Counters.Filtered > 0)
            output.WriteLine(
                $"{Words.Count(Counters.Filtered)} filtered: {Words.Count(Counters.FilteredLate)} late, "
                    + (Counters.FilteredAhead == 0 ? "" : $"{Words.Count(Counters.FilteredAhead)} of a time far ahead, ")
                    + $"{Words.Count(Counters.FilteredLacksChannel)} without a channel of the model, "
                    + $"{Words.Count(Counters.FilteredNoDetector)} without a detector");
        if (Player.BadLines > 0)
            output.WriteLine(
                $"{Words.Count(Player.BadLines)} not usable"
                    + $"{(Player.FirstProblem is { } first ? $", the first: {Words.Printable(first)}" : "")}");
        if (Player.OtherTopics > 0)
            output.WriteLine($"{Count(Player.OtherTopics, "message")} of other topics left out: {Listeners()}");
    }

    public void PrintJson(TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("files", Files);
            json.WriteNumber("readings", Player.Played);
            json.WriteNumber("windowed", Counters.Windowed);
            json.WriteNumber("filtered", Counters.Filtered);
            json.WriteNumber("unusable", Player.BadLines);
            json.WriteNumber("otherTopics", Player.OtherTopics);
            json.WriteNumber("judged", Counters.Judged);
            json.WriteNumber("notJudged", Counters.InferenceFailed);
            json.WriteNumber("notANumber", NotANumber);
            json.WriteNumber("anomalies", Events.Opened);
            json.WriteNumber("events", Events.Events);
            json.WriteNumber("eventBytes", Events.Bytes);
            json.WriteNumber("seconds", Math.Round(Took.TotalSeconds, 3));
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private string Listeners()
    {
        var topics = Sources.SelectMany(s => s.Topics).Distinct(StringComparer.Ordinal).ToList();
        var shown = string.Join(", ", topics.Take(TopicsShown));
        if (topics.Count > TopicsShown) shown += $" and {topics.Count - TopicsShown} more";
        return Sources.Count == 1 ? $"source {Sources[0].Name} listens to {shown}" : $"the sources listen to {shown}";
    }

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{Words.Count(count)} {what}s";

    private static string Fixed(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}

using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Control;
using EdgeAgent.Control.Status;

namespace EdgeAgent.Doctor;

/// <summary>What the running agent says of itself, if there is one.</summary>
/// <param name="IsThere">Somebody listens, so the store may be written to while it is looked at.</param>
/// <param name="Findings">What it says.</param>
internal sealed record AgentFindings(bool IsThere, IReadOnlyList<Finding> Findings)
{
    private const string Area = "agent";

    public static async Task<AgentFindings> AskAsync(string stateFolder, CancellationToken cancel)
    {
        try
        {
            var answer = await new ControlClient(stateFolder)
                .AskAsync("GET", ControlRequests.StatusPath, cancel: cancel).ConfigureAwait(false);
            if (answer is null)
                return new AgentFindings(
                    false, [Finding.Warning(
                        Area, $"no agent runs on {stateFolder}", "systemctl start edgeagent, or edgeagent run --config FILE")]);
            var report = answer.IsFine ? JsonSerializer.Deserialize(answer.Body, ControlJson.Default.StatusReport) : null;
            return new AgentFindings(true, report is null
                ? [Finding.Warning(Area, $"it answers: {Words.Printable(answer.Text)}", "see its log (journalctl -u edgeagent)")]
                : [.. Of(report)]);
        }
        catch (NoAnswerException e)
        {
            return new AgentFindings(
                true, [Finding.Bad(
                    Area, $"{e.Message}: it hangs, or is stopped", "restart it (systemctl restart edgeagent), and see its log")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return new AgentFindings(
                true, [Finding.Warning(
                    Area, e.Message, "run doctor as the agent's user or in its group; see its log (journalctl -u edgeagent)")]);
        }
    }

    /// <summary>What a report tells, a finding each.</summary>
    public static IEnumerable<Finding> Of(StatusReport report)
    {
        var text = $"runs for {Words.Duration(TimeSpan.FromSeconds(report.UptimeSeconds))}, {report.Health}; version {report.Version}";
        yield return report.Health switch
        {
            AgentHealth.Healthy => Finding.Fine(Area, text),
            AgentHealth.Degraded => Finding.Warning(Area, text, "see the lines below"),
            _ => Finding.Bad(Area, text, "see the lines below; restart it if it stays so (systemctl restart edgeagent)"),
        };
        foreach (var trouble in report.TroubleList ?? [.. report.Troubles.Select(t => new TroubleStatus { Text = t })])
            yield return Finding.Warning(
                Area, Words.Printable(trouble.Text), trouble.Remedy is { } remedy ? Words.Printable(remedy) : null);
        // An agent that hears nothing at all says so above.
        foreach (var source in report.Sources.Where(s => s.Received > 0))
            foreach (var topic in source.UnmatchedTopics ?? [])
                yield return Finding.Fine(Area, Words.Printable($"source {source.Name}: nothing has come on {topic} yet"));
        yield return report.Link.Connected
            ? Finding.Fine(Area, $"connected to {report.Link.Url} for {Since(report.Link.Since, report.Time)}")
            : Finding.Warning(Area, $"has no connection to {report.Link.Url}: {Words.Printable(report.Link.Trouble ?? "not yet")}", "see upstream below");
        var oldest = report.Outbox.Oldest is { } first ? $", the oldest {Words.Duration(report.Time - first)} old" : "";
        yield return Finding.Fine(Area, $"{Words.Count(report.Outbox.Owed)} events owed{oldest}");
        if (report.Outbox.DiskRefuses) yield return Finding.Bad(Area, "the disk refuses what it writes", "see disk below, and dmesg");
        if (report.Books.Dropped > 0)
            yield return Finding.Warning(
                Area, $"{Words.Count(report.Books.Dropped)} events were dropped since its start", "edgeagent status says why");
        if (!report.Books.Balanced)
            yield return Finding.Bad(Area, "its books do not balance", "please report this, with edgeagent status --json");
    }

    private static string Since(DateTimeOffset? since, DateTimeOffset now) => since is { } then ? Words.Duration(now - then) : "a moment";
}

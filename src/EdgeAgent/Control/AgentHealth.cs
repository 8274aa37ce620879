using EdgeAgent.Control.Status;
using EdgeAgent.Logging;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Lanes;

namespace EdgeAgent.Control;

/// <summary>An answer to a health check: fine or not, and why in words.</summary>
internal readonly record struct HealthAnswer(bool IsFine, string Text);

/// <summary>
/// Whether the agent is well. Not live: a restart would help. Not ready: it does no work. Degraded: it works, and
/// something around it is missing, which a restart would not bring back.
/// </summary>
internal sealed class AgentHealth(AgentPipeline pipeline, Observer observer, Func<string?> portTrouble, TimeProvider time)
{
    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";

    public HealthAnswer Live()
    {
        var stuck = Stuck();
        return stuck.Count == 0 ? new HealthAnswer(true, "live\n") : new HealthAnswer(false, Lines("not live", stuck));
    }

    public HealthAnswer Ready()
    {
        if (pipeline.IsStopping) return new HealthAnswer(false, "stopping\n");
        var troubles = Troubles();
        if (IsNothingJudged) return new HealthAnswer(false, Lines("not ready: nothing is judged", troubles.Select(t => t.ToString())));
        return new HealthAnswer(true, troubles.Count == 0 ? "ready\n" : Lines("ready, degraded", troubles.Select(t => t.ToString())));
    }

    public string Word => Stuck().Count > 0 || pipeline.IsStopping || IsNothingJudged ? Unhealthy
        : Troubles().Count > 0 ? Degraded : Healthy;

    /// <summary>What is wrong, a line each.</summary>
    public IReadOnlyList<AgentTrouble> Troubles()
    {
        List<AgentTrouble> troubles = [.. Stuck().Select(s => new AgentTrouble(s))];
        if (observer.Life.LastReload is { Refused: { } refused } reload)
            troubles.Add(new AgentTrouble(
                $"the configuration {observer.Life.Configuration} was refused at {refused:yyyy-MM-dd HH:mm:ss}Z: {reload.Reason}; "
                    + $"the one of {reload.Taken:yyyy-MM-dd HH:mm:ss}Z goes on"));
        if (IsNothingJudged)
            troubles.Add(new AgentTrouble("no detector is in service, so nothing is judged",
                "mend the models: edgeagent check --config FILE names what is wrong with them"));
        if (portTrouble() is { } port) troubles.Add(new AgentTrouble(port));
        troubles.AddRange(LogTroubles.Find(observer.Life.Log));
        troubles.AddRange(PipelineTroubles.Find(pipeline, time.GetUtcNow()));
        return troubles;
    }

    private bool IsNothingJudged => DetectorTroubles.IsNothingJudged(pipeline.Configured, pipeline.Lanes);

    /// <summary>Lanes that wait for a disk are not stuck: a restart would cost what they hold, and mend nothing.</summary>
    private List<string> Stuck() => pipeline.Outbox.IsDiskRefusing || pipeline.Outbox.IsFull
        ? []
        : [.. observer.StuckLanes.Select(lane => $"lane {lane} has work and got nowhere with it for {LaneWatch.Limit.TotalSeconds:0} s")];

    private static string Lines(string first, IEnumerable<string> lines) =>
        string.Concat(lines.Prepend(first).Select(l => VisibleText.Of(l) + "\n"));
}

using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
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

    /// <summary>Readings that a broker lost are a thing of the past, but someone should hear of it.</summary>
    private static readonly TimeSpan SessionLostNotice = TimeSpan.FromHours(1);

    public HealthAnswer Live()
    {
        var stuck = Stuck();
        return stuck.Count == 0 ? new HealthAnswer(true, "live\n") : new HealthAnswer(false, Lines("not live", stuck));
    }

    public HealthAnswer Ready()
    {
        if (pipeline.IsStopping) return new HealthAnswer(false, "stopping\n");
        var troubles = Troubles();
        return new HealthAnswer(true, troubles.Count == 0 ? "ready\n" : Lines("ready, degraded", troubles));
    }

    public string Word => Stuck().Count > 0 || pipeline.IsStopping ? Unhealthy : Troubles().Count > 0 ? Degraded : Healthy;

    /// <summary>What is wrong, a line each.</summary>
    public IReadOnlyList<string> Troubles()
    {
        var troubles = Stuck();
        if (observer.Life.LastReload is { Refused: { } refused } reload)
            troubles.Add($"the configuration {observer.Life.Configuration} was refused at {refused:yyyy-MM-dd HH:mm:ss}Z: {reload.Reason}; "
                + $"the one of {reload.Taken:yyyy-MM-dd HH:mm:ss}Z goes on");
        if (portTrouble() is { } port) troubles.Add(port);
        troubles.AddRange(pipeline.ModelTroubles);
        troubles.AddRange(pipeline.GpioLines.Troubles);
        troubles.AddRange(pipeline.Sources.Where(s => !s.Counters.IsConnected)
            .Select(s => $"source {s.Name} has no connection: {s.Trouble ?? "it is being made"}"));
        troubles.AddRange(pipeline.Sources.Where(s => IsRecent(s.Counters.SessionLostTicks))
            .Select(s => $"source {s.Name}: its broker has not kept the session; readings that came while the agent was away are lost"));
        if (!pipeline.Upstream.Counters.IsConnected)
            troubles.Add($"upstream has no connection: {pipeline.Upstream.Trouble ?? "it is being made"}");
        else if (pipeline.UpstreamRefusal is { } refusal)
            troubles.Add($"upstream does not take events: {refusal}");
        if (pipeline.Upstream.Notice is { } notice) troubles.Add($"upstream: {notice}");
        if (pipeline.Outbox.IsFull) troubles.Add("the outbox is full and may not drop; the input waits");
        if (pipeline.Outbox.IsDiskRefusing) troubles.Add("events cannot be written to disk; the input waits");
        return troubles;
    }

    /// <summary>Lanes that wait for a disk are not stuck: a restart would cost what they hold, and mend nothing.</summary>
    private List<string> Stuck() => pipeline.Outbox.IsDiskRefusing || pipeline.Outbox.IsFull
        ? []
        : [.. observer.StuckLanes.Select(lane => $"lane {lane} has work and got nowhere with it for {LaneWatch.Limit.TotalSeconds:0} s")];

    private bool IsRecent(long ticks) => ticks > 0 && time.GetUtcNow().UtcTicks - ticks < SessionLostNotice.Ticks;

    private static string Lines(string first, IEnumerable<string> lines) => string.Concat(lines.Prepend(first).Select(l => l + "\n"));
}

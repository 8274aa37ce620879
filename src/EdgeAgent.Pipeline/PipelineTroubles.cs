using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with the pipeline and around it, in the order of the path. It only reads counters; for any thread.</summary>
internal static class PipelineTroubles
{
    /// <summary>Readings that a broker lost are a thing of the past, but someone should hear of it.</summary>
    private static readonly TimeSpan SessionLostNotice = TimeSpan.FromHours(1);

    public static IReadOnlyList<AgentTrouble> Find(AgentPipeline pipeline, DateTimeOffset now)
    {
        var troubles = OfInput(pipeline, now);
        if (!pipeline.Upstream.Counters.IsConnected)
            troubles.Add(new AgentTrouble($"upstream has no connection: {pipeline.Upstream.Trouble ?? "it is being made"}"));
        else if (pipeline.Upstream.Unsteadiness is { } ends)
            troubles.Add(new AgentTrouble($"upstream: {ends}"));
        if (pipeline.Upstream.Counters.IsConnected && pipeline.UpstreamRefusal is { } refusal)
            troubles.Add(new AgentTrouble($"upstream does not take events: {refusal}"));
        if (pipeline.Upstream.Notice is { } notice) troubles.Add(new AgentTrouble($"upstream: {notice}"));
        troubles.AddRange(OutboxTroubles.Find(pipeline.Outbox, pipeline.IsInputWaiting, pipeline.Configured.StateFolder, now));
        troubles.AddRange(StateTroubles.Find(pipeline.DeviceState));
        return troubles;
    }

    /// <summary>Those of models, lines, sources and detectors: what whoever hears of them upstream does not know already.</summary>
    public static List<AgentTrouble> OfInput(AgentPipeline pipeline, DateTimeOffset now)
    {
        List<AgentTrouble> troubles = [.. pipeline.ModelTroubles.Concat(pipeline.GpioLines.Troubles).Select(t => new AgentTrouble(t))];
        var sources = pipeline.Sources;
        troubles.AddRange(sources.Where(s => !s.Counters.IsConnected)
            .Select(s => new AgentTrouble($"source {s.Name} has no connection: {s.Trouble ?? "it is being made"}")));
        troubles.AddRange(sources.Where(s => IsRecent(s.Counters.SessionLostTicks, now)).Select(s => new AgentTrouble(
            $"source {s.Name}: its broker has not kept the session; readings that came while the agent was away are lost")));
        troubles.AddRange(sources.SelectMany(s => SourceTroubles.Find(s, now)));
        troubles.AddRange(SourceTroubles.FindSilent(sources, pipeline.Requests.Silent, now));
        troubles.AddRange(DetectorTroubles.Find(pipeline.Lanes));
        var wholeSources = sources.Where(SourceTroubles.AreTimesWrong).Select(s => s.Name).ToHashSet();
        if (DetectorTroubles.FindAhead(pipeline.Lanes, wholeSources) is { } ahead) troubles.Add(ahead);
        return troubles;
    }

    private static bool IsRecent(long ticks, DateTimeOffset now) => ticks > 0 && now.UtcTicks - ticks < SessionLostNotice.Ticks;
}

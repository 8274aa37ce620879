using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with the files that outlive the process. For any thread.</summary>
internal static class StateTroubles
{
    /// <param name="state">What is kept; null: nothing is.</param>
    public static IEnumerable<AgentTrouble> Find(WarmState? state)
    {
        var failures = state?.Files.Select(f => f.Failure).OfType<string>().ToList() ?? [];
        if (failures.Count == 0) yield break;
        var more = failures.Count == 1 ? "" : $" (and {failures.Count - 1} more)";
        yield return new AgentTrouble(
            $"{failures[0]}{more}; what devices learn there survives a kill only as far as the last checkpoint",
            $"make room in {state!.Folder}, see who deletes files there, and restart the agent");
    }
}

using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Doctor;

/// <summary>
/// Looks at all that the agent needs, in the order in which it would need it. Reads only: no lock is taken, no file is made,
/// and it may run beside the agent.
/// </summary>
internal static class DoctorRun
{
    /// <summary>Looks at what there is where the configuration is bad: the agent that runs all the same, if there is one.</summary>
    /// <param name="errors">What is wrong with it.</param>
    /// <param name="running">The state folder of the agent that was started with it; null: none runs.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> CheckWithoutAsync(
        IReadOnlyList<ConfigurationError> errors, string? running, CancellationToken cancel)
    {
        List<Finding> findings = [.. errors.Select(e => Finding.Bad("configuration", (e with { Remedy = null }).ToString(), e.Remedy))];
        if (running is not null) findings.AddRange((await AgentFindings.AskAsync(running, cancel).ConfigureAwait(false)).Findings);
        return findings;
    }

    /// <param name="options">The configuration.</param>
    /// <param name="warnings">What of it may not be as it was meant.</param>
    /// <param name="path">Its main file.</param>
    /// <param name="running">The state folder of the agent that was started with it; null: none runs.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        AgentOptions options, IReadOnlyList<ConfigurationError> warnings, string path, string? running, CancellationToken cancel)
    {
        var clock = new ClockFindings(TimeProvider.System, ClockState.IsSynced);
        var findings = new List<Finding>
        {
            Finding.Fine("configuration",
                $"{path}: {Words.Of(options)}"),
        };
        findings.AddRange(warnings.Select(w => Finding.Warning("configuration", (w with { Remedy = null }).ToString(), w.Remedy)));
        var verdicts = ModelCheck.Try(options, new TrialProcess(NullLogger.Instance));
        findings.AddRange(Models(options, verdicts));
        var agent = await AgentFindings.AskAsync(running ?? options.StateFolder, cancel).ConfigureAwait(false);
        findings.AddRange(agent.Findings);
        findings.AddRange(DiskFindings.Check(options));
        findings.AddRange(StoreFindings.Check(options, agent.IsThere));
        findings.Add(RuntimeFindings.Folder(options));
        findings.AddRange(RightsFindings.Check(options));
        findings.AddRange(MemoryFindings.Check(options, new MemoryLimits(), verdicts));
        findings.AddRange(ProcessFindings.Check(new ProcessLimits()));
        findings.AddRange(Lines(options, agent.IsThere));
        findings.AddRange(RuntimeFindings.Tls(options));
        findings.AddRange(await LinkFindings.CheckAsync(options, cancel).ConfigureAwait(false));
        findings.AddRange(clock.Check(options.StateFolder));
        return findings;
    }

    private static IEnumerable<Finding> Models(AgentOptions options, IReadOnlyDictionary<string, TrialVerdict> verdicts)
    {
        var fine = new List<string>();
        var troubles = ModelCheck.Troubles(options, verdicts, fine.Add);
        return fine.Select(Model)
            .Concat(troubles.Select(
                t => Finding.Bad("model", t, "see the folder that the detector's model names; the other detectors run without it")));
    }

    private static Finding Model(string told)
    {
        if (!told.StartsWith(ModelCheck.Doubt, StringComparison.Ordinal)) return Finding.Fine("model", told.TrimStart('√', ' '));
        var remedy = told.Contains(ModelCheck.NoGolden, StringComparison.Ordinal)
            ? "put the model's golden.json beside it again, or have edgeagent-model golden write one"
            : "say in the model's manifest.json what it leaves out";
        return Finding.Warning("model", told[ModelCheck.Doubt.Length..], remedy);
    }

    /// <summary>A line in use is right where an agent runs, which holds it.</summary>
    private static IEnumerable<Finding> Lines(AgentOptions options, bool isAgentThere) => LineCheck.Check(options).Select(l =>
        l.IsFine || (isAgentThere && l.Text.Contains("in use by edgeagent", StringComparison.Ordinal))
            ? Finding.Fine("gpio", l.Text)
            : Finding.Warning("gpio", l.Text, "edgeagent gpio list shows the lines and who uses them; the agent goes on without"));
}

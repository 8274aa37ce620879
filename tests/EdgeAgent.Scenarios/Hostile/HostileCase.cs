using System.Diagnostics;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>
/// An agent with an honest source, and whatever a test does beside it. The end of each case is the same: the honest device was
/// judged all the time, memory and log stayed within bounds, and health says what is wrong.
/// </summary>
internal sealed class HostileCase : IAsyncDisposable
{
    private const long MemoryLimit = 64 << 20;
    private const double LogLimitPerMinute = 1 << 20;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ITestOutputHelper _output;
    private readonly long _residentBefore;
    private readonly int _logBefore;
    private long _residentMost;

    private HostileCase(Scenario scenario, AgentProcess agent, HonestSource honest, ITestOutputHelper output)
    {
        (Scenario, Agent, Honest, _output) = (scenario, agent, honest, output);
        (_residentBefore, _logBefore) = (agent.ResidentBytes, agent.Log.Length);
    }

    public Scenario Scenario { get; }
    public AgentProcess Agent { get; }
    public HonestSource Honest { get; }

    /// <param name="scenario">Disposed of with the case.</param>
    /// <param name="more">More lines of the table upstream, and tables behind it: other sources and detectors.</param>
    /// <param name="output">Takes the figures.</param>
    /// <param name="source">More keys of the honest source's connection, a comma before each.</param>
    /// <param name="start">Another way to start the agent.</param>
    /// <param name="hub">Where a hub listens that does not what it should; absent: the scenario's own does.</param>
    public static async Task<HostileCase> Start(
        Scenario scenario, string more, ITestOutputHelper output, string source = "", Func<Scenario, AgentProcess>? start = null,
        string? hub = null)
    {
        scenario.Configure(detector: HonestSource.Detector, upstream: more, source: source, rule: false, hub: hub);
        await scenario.Sensors.Start();
        if (hub is null) await scenario.Hub.Start();
        var agent = start is null ? scenario.StartAgent() : start(scenario);
        await agent.Says("source pumps subscribed");
        if (hub is null) await agent.Says("upstream connected");
        return new HostileCase(scenario, agent, await HonestSource.Start(scenario, isHubHonest: hub is null), output);
    }

    /// <summary>Lets the case go on, and looks at memory meanwhile.</summary>
    public async Task Last(TimeSpan time)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; await Task.Delay(100))
            _residentMost = Math.Max(_residentMost, Agent.ResidentBytes);
    }

    /// <summary>Waits until <c>edgeagent health</c> says so: a minute at most.</summary>
    public async Task HealthSays(string text)
    {
        var health = "";
        await Eventually.Holds(() =>
        {
            health = AgentProcess.Run("health", "--config", Scenario.ConfigurationFile).Result.Output;
            return health.Contains(text, StringComparison.Ordinal);
        }, () => $"health does not say \"{text}\": {health}");
    }

    /// <summary>The pass rule of every case.</summary>
    /// <param name="memoryLimit">Bytes that the agent may have grown by; 0: 64 MiB.</param>
    public void Ends(long memoryLimit = 0)
    {
        var silence = Honest.AssertNeverSilent();
        _residentMost = Math.Max(_residentMost, Agent.ResidentBytes);
        var (grown, elapsed) = (_residentMost - _residentBefore, _watch.Elapsed);
        var log = Agent.Log[_logBefore..];
        _output.WriteLine(
            $"{silence}; resident {_residentBefore >> 20} MiB before, {_residentMost >> 20} MiB at most; {log.Length} bytes of log "
                + $"in {elapsed.TotalSeconds:0} s");
        Assert.True(grown < (memoryLimit > 0 ? memoryLimit : MemoryLimit), $"resident memory grew by {grown >> 20} MiB");
        Assert.True(log.Length < LogLimitPerMinute * Math.Max(1, elapsed.TotalMinutes),
            $"{log.Length} bytes of log in {elapsed.TotalSeconds:0} s, the last of them: {log[^Math.Min(log.Length, 2000)..]}");
    }

    public async ValueTask DisposeAsync()
    {
        await Honest.DisposeAsync();
        Agent.Dispose();
        Scenario.Dispose();
    }
}

using System.Diagnostics;
using System.Text.Json;
using EdgeAgent.Control;
using EdgeAgent.Scenarios.Conformance;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>
/// Three real agents share the devices of a real broker: each device is one agent's, and a dead agent's go to the others.
/// </summary>
public sealed class ShareTests(ITestOutputHelper output) : IDisposable
{
    private const int PerRound = 20;
    private const string Three = "is shared by 3: a, b, c";
    private static readonly string[] Devices = [.. Enumerable.Range(1, 12).Select(i => $"pump-{i}")];

    private readonly TempFolder _folder = new();
    private RealBroker _broker = new Mosquitto();
    private readonly Dictionary<string, AgentProcess> _agents = [];

    [Fact]
    public async Task A_dead_agents_devices_are_judged_by_the_others_and_come_back_with_it()
    {
        await Begin("2s");
        var first = await Publish(0);
        Assert.True(first.Values.All(owners => owners.Count == 1), Shown(first));
        Assert.Equal(3, first.Values.Select(o => o.Keys.Single()).Distinct().Count());

        var (a, c) = (_agents["a"].Log.Length, _agents["c"].Log.Length);
        _agents["b"].Kill();
        var since = Stopwatch.StartNew();
        // Nobody judges these, unless b came back in time: the price of a takeover.
        await Send(1);
        await Task.WhenAll(Says("a", "is shared by 2: a, c", a), Says("c", "is shared by 2: a, c", c));
        output.WriteLine($"kill -9 to takeover: {since.Elapsed.TotalSeconds:0.0} s of 2 s and what the broker needs to look");

        var orphans = first.Where(d => d.Value.ContainsKey("b")).Select(d => d.Key).ToHashSet();
        var second = await Publish(2, device => orphans.Contains(device) ? PerRound : 3 * PerRound, "a", "c");
        Assert.All(second, d => Assert.Single(d.Value));

        // Its session ends 5 s after the takeover; an agent that is back before that still judges what came before the takeover.
        if (TimeSpan.FromSeconds(9) - since.Elapsed is { Ticks: > 0 } rest) await Task.Delay(rest);
        (a, c) = (_agents["a"].Log.Length, _agents["c"].Log.Length);
        Start("b", "2s");
        await Task.WhenAll(Says("a", Three, a), Says("b", Three), Says("c", Three, c));
        // What was kept for b went with its session: the others have judged that meanwhile.
        var third = await Publish(3, device => PerRound * (orphans.Contains(device) ? 3 : 4), "a", "b", "c");
        foreach (var (device, learned) in third.Where(d => orphans.Contains(d.Key)))
            Assert.True(learned.Count == 2 && learned["b"] == 2 * PerRound, $"{device}: {string.Join(", ", learned)}");
        Assert.All(third.Where(d => !orphans.Contains(d.Key)), d => Assert.Single(d.Value));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_agent_that_comes_back_in_time_misses_nothing_and_the_others_do_not_notice(bool killed)
    {
        await Begin("10m");
        var before = await Publish(0);
        var a = _agents["a"].Log.Length;
        if (killed) _agents["b"].Kill();
        else Assert.Equal(0, await _agents["b"].Stop());
        await Send(1);

        Start("b", "10m");
        var after = await Publish(2, _ => 3 * PerRound, "a", "b", "c");
        foreach (var (device, learned) in after)
            Assert.Equal(before[device].Keys, learned.Keys);
        Assert.DoesNotContain("is shared by", _agents["a"].Log[a..]);
    }

    /// <summary>MQTTnet.Server publishes no will on DISCONNECT 0x04, so a member leaves without a DISCONNECT.</summary>
    [Theory, InlineData("mosquitto"), InlineData("MQTTnet.Server")]
    public async Task A_stopped_agents_devices_go_to_the_others_when_it_stays_away(string broker)
    {
        _broker.Dispose();
        _broker = RealBrokers.New(broker);
        await Begin("2s");
        var (a, c) = (_agents["a"].Log.Length, _agents["c"].Log.Length);

        Assert.Equal(0, await _agents["b"].Stop());

        await Task.WhenAll(Says("a", "is shared by 2: a, c", a), Says("c", "is shared by 2: a, c", c));
        Assert.All(await Publish(0, _ => PerRound, "a", "c"), d => Assert.Single(d.Value));
    }

    public void Dispose()
    {
        foreach (var agent in _agents.Values) agent.Dispose();
        _broker.Dispose();
        _folder.Dispose();
    }

    private async Task Begin(string takeover)
    {
        await _broker.Start();
        foreach (var id in new[] { "a", "b", "c" }) Start(id, takeover);
        await Task.WhenAll(_agents.Values.Select(a => a.Says(Three)));
    }

    private void Start(string id, string takeover)
    {
        var file = _folder.File($"{id}.toml");
        File.WriteAllText(file, $$"""
            [agent]
            site = "test"
            id = "{{id}}"
            state = "{{id}}"
            runtime = "runtime-{{id}}"
            lanes = 1

            [sources.pumps]
            mqtt = { url = "{{_broker.Url}}", topics = ["plant/+/telemetry"] }
            share = { takeover = "{{takeover}}" }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"

            [detectors.pump-health]
            source = "pumps"
            model = "{{Repository.Model}}"

            [upstream]
            mqtt = { url = "{{_broker.Url}}" }
            """);
        if (_agents.Remove(id, out var old)) old.Dispose();
        _agents[id] = AgentProcess.Start("run", "--config", file);
    }

    /// <summary>Waits until an agent says so, after so much as it had said before.</summary>
    private Task Says(string id, string text, int from = 0) =>
        Eventually.Holds(() => _agents[id].Log[from..].Contains(text, StringComparison.Ordinal), () => _agents[id].Log);

    private async Task Send(int round)
    {
        foreach (var device in Devices)
            await Plant.Publish(_broker, round * PerRound, (round + 1) * PerRound, device: device);
    }

    private Task<Dictionary<string, Dictionary<string, int>>> Publish(int round) => Publish(round, _ => PerRound, "a", "b", "c");

    /// <summary>Publishes a round; then who has learned how much of each device, once it is so much altogether.</summary>
    private async Task<Dictionary<string, Dictionary<string, int>>> Publish(int round, Func<string, int> expected, params string[] agents)
    {
        await Send(round);
        Dictionary<string, Dictionary<string, int>> learned = [];
        await Eventually.Holds(
            () => (learned = Learned(agents).Result).Count == Devices.Length && learned.All(d => d.Value.Values.Sum() >= expected(d.Key)),
            () => $"{Shown(learned)}\n{string.Join("\n\n", _agents.Values.Select(a => a.Log))}");
        // What came twice would show a moment later.
        await Task.Delay(500);
        learned = await Learned(agents);
        Assert.All(learned, d => Assert.Equal(expected(d.Key), d.Value.Values.Sum()));
        return learned;
    }

    private async Task<Dictionary<string, Dictionary<string, int>>> Learned(string[] agents)
    {
        var learned = new Dictionary<string, Dictionary<string, int>>();
        foreach (var agent in agents)
        {
            if (await new ControlClient(_folder.File(agent)).AskAsync("GET", "/calibration") is not { IsFine: true } answer) continue;
            using var json = JsonDocument.Parse(answer.Body);
            foreach (var device in json.RootElement.EnumerateArray())
            {
                var name = device.GetProperty("device").GetString()!;
                if (!learned.TryGetValue(name, out var by)) learned[name] = by = [];
                by[agent] = device.GetProperty("readings").GetInt32();
            }
        }
        return learned;
    }

    private static string Shown(Dictionary<string, Dictionary<string, int>> learned) =>
        string.Join('\n', learned.Select(d => $"{d.Key}: {string.Join(", ", d.Value)}"));
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.TestSupport;
using MQTTnet;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>A reload changes what differs in meaning, and nothing else; and the agent can be asked whatever lies on disk.</summary>
public sealed class ReloadTests(ITestOutputHelper output) : IDisposable
{
    private const string Taken = "is taken over:";

    private readonly Scenario _scenario = new();

    public void Dispose() => _scenario.Dispose();

    [Fact]
    public async Task A_comment_changes_nothing()
    {
        using var agent = await Start();
        var before = await _scenario.Status();

        await Edit(text => "# a remark\n" + text.Replace("site = \"test\"", "site   =   'test'", StringComparison.Ordinal));
        await agent.Signal("HUP");
        await agent.Says("nothing is changed");

        var after = await _scenario.Status();
        Assert.Equal(before.GetProperty("started").GetString(), after.GetProperty("started").GetString());
        AssertConnectedOnce(after);
    }

    [Fact]
    public async Task A_source_is_added_and_taken_away_while_the_others_go_on()
    {
        using var agent = await Start();
        await Plant.Publish(_scenario.Sensors, 0, 450);
        await _scenario.Settled(450);
        var before = await _scenario.Status();

        var text = await File.ReadAllTextAsync(_scenario.ConfigurationFile);
        await Reload(agent, _ => text.Replace("[upstream]", $"""
            [sources.fans]
            mqtt = {"{"} url = "{_scenario.Sensors.Url}", topics = ["fans/+"] {"}"}
            device = "topic[1]"
            channels = ["speed"]

            [upstream]
            """, StringComparison.Ordinal), "source fans added");
        await agent.Says("source fans subscribed");
        await Plant.Publish(_scenario.Sensors, "fans/fan-1", "{\"speed\": 3}"u8.ToArray());
        await _scenario.Settled(451);

        await Reload(agent, _ => text, "source fans removed");
        var after = await _scenario.Status();
        Assert.Equal(451, after.GetProperty("books").GetProperty("received").GetInt32());
        Assert.True(after.GetProperty("books").GetProperty("balanced").GetBoolean(), $"{after}");
        Assert.Equal(before.GetProperty("started").GetString(), after.GetProperty("started").GetString());
        Assert.Equal(450, after.GetProperty("sources")[0].GetProperty("received").GetInt32());
        AssertConnectedOnce(after);
        Assert.Equal(0, await agent.Stop());
        Assert.Contains("received 451 = windowed 450 + filtered 1", agent.Log);
    }

    [Fact]
    public async Task A_source_that_is_read_otherwise_keeps_its_devices_and_its_counters()
    {
        using var agent = await Start();
        await Plant.Publish(_scenario.Sensors, 0, 450);
        await Calibrated();

        await Reload(agent, text => text.Replace(
            "\"plant/+/telemetry\"", "\"plant/+/telemetry\", \"more/+/telemetry\"", StringComparison.Ordinal), "source pumps changed");
        await Plant.Publish(_scenario.Sensors, 450, 500);
        await _scenario.Settled(500);

        await Calibrated();
        Assert.Equal(0, await agent.Stop());
        Assert.Contains("received 500 = windowed 500", agent.Log);
        Assert.Equal(1, agent.Count("calibrated for pump-health"));
    }

    [Fact]
    public async Task Another_broker_upstream_gets_what_is_owed_and_the_sensors_connection_stays()
    {
        using var agent = await Start();
        using var other = new Mosquitto();
        await other.Start();
        await using var consumer = await Consumer.Start(other);
        var expected = await _scenario.Replay();

        await Reload(agent, text => text.Replace(_scenario.Hub.Url, other.Url, StringComparison.Ordinal), "upstream changed");
        await Plant.Publish(_scenario.Sensors, 0, Plant.Readings);
        await Eventually.Holds(() => consumer.Distinct.Count >= expected.Count, () => agent.Log);

        Promised.Same(expected, consumer.Events);
        Assert.Equal(1, (await _scenario.Status()).GetProperty("sources")[0].GetProperty("connections").GetInt32());
    }

    [Fact]
    public async Task A_refused_reload_is_seen_until_a_good_one_and_the_agent_can_be_asked_all_the_while()
    {
        using var agent = await Start(health: true);
        var good = await File.ReadAllTextAsync(_scenario.ConfigurationFile);
        await Edit(text => text + "\nno_such_key = 1");
        await agent.Signal("HUP");
        await agent.Says("is refused for the reasons above");

        foreach (var command in new[] { "status", "health" })
        {
            var (exitCode, said) = await AgentProcess.Run(command, "--config", _scenario.ConfigurationFile);
            Assert.True(exitCode == 0, said);
            Assert.Contains("was refused at", said);
            Assert.Contains("no_such_key", said);
        }
        Assert.Equal(0, (await AgentProcess.Run("outbox", "stats", "--config", _scenario.ConfigurationFile)).ExitCode);
        var (doctors, findings) = await AgentProcess.Run("doctor", "--config", _scenario.ConfigurationFile);
        Assert.True(doctors == 1, findings);
        Assert.Contains("× configuration: ", findings);
        Assert.Contains("‼ agent: runs for", findings);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{agent.ListeningPorts().Single()}") };
        var metrics = await http.GetStringAsync("/metrics");
        Assert.Contains("edgeagent_config_last_reload_successful 0", metrics);
        Assert.Contains("edgeagent_config_reloads_total{outcome=\"refused\"} 1", metrics);
        Assert.Contains("was refused at", await http.GetStringAsync("/readyz"));

        await Edit(_ => good);
        await agent.Signal("HUP");
        await agent.Says("nothing is changed");
        Assert.Contains("edgeagent_config_last_reload_successful 1", await http.GetStringAsync("/metrics"));
        Assert.False((await _scenario.Status()).GetProperty("configuration").TryGetProperty("refused", out _));
    }

    [Fact]
    public async Task An_agent_is_found_by_its_configuration_although_that_names_another_folder_by_now()
    {
        using var agent = await Start();
        await Edit(text => text.Replace("state = \"state\"", "state = \"elsewhere\"", StringComparison.Ordinal));

        var (exitCode, said) = await AgentProcess.Run("status", "--json", "--config", _scenario.ConfigurationFile);
        Assert.True(exitCode == 0, said);

        Assert.Equal(0, await agent.Stop());
        Assert.Equal(1, (await AgentProcess.Run("health", "--config", _scenario.ConfigurationFile)).ExitCode);
    }

    [Fact]
    public async Task Of_two_agents_on_one_file_the_environment_tells_which_is_meant()
    {
        using var first = await Start();
        var other = new Dictionary<string, string> { ["EDGEAGENT__AGENT__STATE"] = "other", ["EDGEAGENT__AGENT__ID"] = "second" };
        using var second = AgentProcess.Start(other, "run", "--config", _scenario.ConfigurationFile);
        await second.Says("source pumps subscribed");

        Assert.Contains(
            "\"agent\":\"gateway\"", (await AgentProcess.Run("status", "--json", "--config", _scenario.ConfigurationFile)).Output);
        using var asked = AgentProcess.Start(other, "status", "--json", "--config", _scenario.ConfigurationFile);
        await asked.Says("\"agent\":\"second\"");
    }

    [Fact]
    public async Task A_health_port_that_cannot_be_had_refuses_the_reload_and_the_old_one_is_served()
    {
        using var agent = await Start(health: true);
        var port = agent.ListeningPorts().Single();
        using var taken = new ScriptedBroker();
        await Edit(text => text.Replace($"127.0.0.1:{port}\"", $"127.0.0.1:{taken.Port}\"", StringComparison.Ordinal));
        await agent.Signal("HUP");
        await agent.Says($"health.listen: 127.0.0.1:{taken.Port} cannot be listened on");

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Contains("was refused at", await http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task A_source_that_is_taken_away_leaves_nothing_at_its_broker()
    {
        using var agent = await Start();
        var text = await File.ReadAllTextAsync(_scenario.ConfigurationFile);
        var more = text.Replace("[upstream]", $$"""
            [sources.fans]
            mqtt = { url = "{{_scenario.Sensors.Url}}", topics = ["fans/+"] }
            device = "topic[1]"
            channels = ["speed"]

            [upstream]
            """, StringComparison.Ordinal);
        await Reload(agent, _ => more, "source fans added");
        await agent.Says("source fans subscribed");
        await Reload(agent, _ => text, "source fans removed");
        for (var i = 0; i < 20; i++)
            await Plant.Publish(_scenario.Sensors, "fans/fan-1", "{\"speed\": 3}"u8.ToArray());

        await Reload(agent, _ => more, "source fans added");
        await Eventually.Holds(() => agent.Count("source fans subscribed") == 2, () => agent.Log);
        await Plant.Publish(_scenario.Sensors, "fans/fan-1", "{\"speed\": 4}"u8.ToArray());
        await _scenario.Settled(1);
        var fans = (await _scenario.Status()).GetProperty("sources")[1];
        Assert.Equal(1, fans.GetProperty("received").GetInt32());
        Assert.Equal(0, fans.GetProperty("sessionsLost").GetInt32());
    }

    [Fact]
    public async Task A_reload_is_refused_while_lanes_wait_for_the_disk_and_one_of_upstream_alone_is_not()
    {
        _scenario.Configure(detector: "forward = \"every-window\"", upstream: "buffer = { size = \"1MiB\", full = \"refuse\" }");
        await _scenario.Sensors.Start();
        using var agent = _scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        for (var device = 0; device < 8; device++)
            await Plant.Publish(_scenario.Sensors, 0, Plant.Readings, device: $"pump-{device}");
        await agent.Says("may not drop");

        await Edit(text => text + "\n[[rules]]\nwhen = \"score > 900\"\n");
        await agent.Signal("HUP");
        await agent.Says("a lane does not answer: it waits for the disk");
        Assert.True((await _scenario.Status()).GetProperty("books").GetProperty("balanced").GetBoolean());

        using var other = new Mosquitto();
        await other.Start();
        await using var consumer = await Consumer.Start(other);
        await Reload(agent, text => text.Replace("\n[[rules]]\nwhen = \"score > 900\"\n", "", StringComparison.Ordinal)
            .Replace(_scenario.Hub.Url, other.Url, StringComparison.Ordinal), "upstream changed");
        await _scenario.Settled(8 * Plant.Readings);
        await Eventually.Holds(
            () => _scenario.Status().Result is var s && s.GetProperty("books").GetProperty("owed").GetInt32() == 0
                && !s.GetProperty("outbox").GetProperty("full").GetBoolean(), () => agent.Log);
    }

    [Fact]
    public async Task Files_of_editors_among_the_drop_ins_are_left_alone()
    {
        using var agent = await Start();
        var dropIns = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_scenario.ConfigurationFile)!, "conf.d"));
        File.CreateSymbolicLink(Path.Combine(dropIns.FullName, ".#10-rules.toml"), "somebody@somewhere.1");
        await agent.Signal("HUP");
        await agent.Says("nothing is changed");
    }

    [Fact]
    public async Task Many_reloads_under_load_lose_double_and_miss_nothing()
    {
        var reloads = Seed.Rounds(60);
        var passes = Math.Max(1, reloads / 100);
        List<string> expected;
        using (var undisturbed = new Scenario())
            expected = await Run(undisturbed, passes, reloads: 0);
        Assert.Contains(expected, e => e.Contains("anomaly.opened", StringComparison.Ordinal));

        Promised.Same(expected, await Run(_scenario, passes, reloads));
    }

    /// <summary>All readings of ten devices, 1,000 a second, while a rule and a detector that decide nothing change in turns.</summary>
    private async Task<List<string>> Run(Scenario scenario, int passes, int reloads)
    {
        const int Devices = 10;
        scenario.Configure(upstream: Aside(0));
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub);
        using var agent = scenario.StartAgent();
        await agent.Says("source pumps subscribed");

        var sending = Send(scenario.Sensors, passes, Devices);
        var (early, done) = (0L, 0);
        for (; done < reloads && !sending.IsCompleted; done++)
        {
            var before = agent.Count(Taken);
            scenario.Configure(upstream: Aside(done + 1));
            await agent.Signal("HUP");
            await Eventually.Holds(() => agent.Count(Taken) > before, () => agent.Log);
            if (done == reloads / 4) early = agent.ResidentBytes;
        }
        var late = agent.ResidentBytes;
        await sending;
        var readings = passes * Devices * Plant.Readings;
        await scenario.Settled(readings);
        await Eventually.Holds(() => scenario.Status().Result.GetProperty("books").GetProperty("owed").GetInt32() == 0, () => agent.Log);

        AssertConnectedOnce(await scenario.Status());
        Assert.Equal(0, await agent.Stop());
        Assert.Contains($"received {readings} = windowed {readings} +", agent.Log);
        output.WriteLine(
            $"{done} reloads under {readings} readings; resident {early >> 20} MB after a quarter of them, {late >> 20} MB at their end");
        if (reloads > 0)
            Assert.True(done > reloads / 2 && late < 1.3 * early, $"{done} reloads, resident {early >> 20} MB, then {late >> 20} MB");
        return [.. consumer.Events];
    }

    /// <summary>A rule that never holds and a detector that never opens an event; each other number changes the other of the two.</summary>
    private static string Aside(int number) => $"""
        [[rules]]
        name = "aside"
        when = "score > {1_000_000 + number / 2}"

        [detectors.aside]
        source = "pumps"
        model = "{Repository.Model}"
        on_after = 1000000
        critical = {2 + (number + 1) / 2}
        """;

    private static async Task Send(Mosquitto broker, int passes, int devices)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build());
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < passes * Plant.Readings; i++)
        {
            var payload = Restamped(Plant.Payloads[i % Plant.Readings], i / Plant.Readings);
            for (var device = 0; device < devices; device++)
                await Plant.Send(client, $"plant/pump-{device}/telemetry", payload);
            var ahead = i * devices - clock.ElapsedMilliseconds;
            if (ahead > 0) await Task.Delay((int)ahead);
        }
        await client.DisconnectAsync();
    }

    /// <summary>The time is 13 digits of Unix milliseconds behind <c>{"ts":</c>; each pass comes a day after the one before.</summary>
    private static byte[] Restamped(byte[] payload, int pass)
    {
        const int At = 6, Digits = 13;
        var stamped = payload.ToArray();
        var ms = long.Parse(Encoding.ASCII.GetString(payload, At, Digits), CultureInfo.InvariantCulture) + pass * 86_400_000L;
        Encoding.ASCII.GetBytes(ms.ToString(CultureInfo.InvariantCulture), stamped.AsSpan(At));
        return stamped;
    }

    private async Task<AgentProcess> Start(bool health = false)
    {
        _scenario.Configure(upstream: health ? $"[health]\nlisten = \"127.0.0.1:{LoopbackPort.Free()}\"" : "");
        await _scenario.Sensors.Start();
        await _scenario.Hub.Start();
        var agent = _scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        await agent.Says("upstream connected");
        if (health) await agent.Says("metrics are served on");
        return agent;
    }

    private async Task Edit(Func<string, string> change) =>
        await File.WriteAllTextAsync(_scenario.ConfigurationFile, change(await File.ReadAllTextAsync(_scenario.ConfigurationFile)));

    private async Task Reload(AgentProcess agent, Func<string, string> change, string what)
    {
        await Edit(change);
        await agent.Signal("HUP");
        await agent.Says($"{Taken} {what}");
    }

    private Task Calibrated() => Eventually.Holds(
        () => _scenario.Status().Result.GetProperty("detectors")[0].GetProperty("devicesCalibrated")
            .GetInt32() == 1, () => "the device is not calibrated");

    private static void AssertConnectedOnce(JsonElement status)
    {
        Assert.Equal(1, status.GetProperty("sources")[0].GetProperty("connections").GetInt32());
        Assert.Equal(1, status.GetProperty("link").GetProperty("connections").GetInt32());
    }
}

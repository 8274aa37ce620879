using EdgeAgent.Tests.Hosting;

namespace EdgeAgent.Scenarios;

/// <summary>The program under a service manager: what it tells, and what a reload does.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly Scenario _scenario = new();
    private readonly FakeManager _manager = new();

    public void Dispose()
    {
        _manager.Dispose();
        _scenario.Dispose();
    }

    [Fact]
    public async Task READY_comes_when_the_agent_can_be_asked_and_STOPPING_with_the_stop()
    {
        _scenario.Configure();
        await _scenario.Sensors.Start();
        using var agent = Start();
        await Says("READY=1");
        Assert.Equal(0, (await _scenario.Ask("health")).ExitCode);

        Assert.Equal(0, await agent.Stop());

        await Says("STOPPING=1");
        Assert.Equal(1, _manager.Count("READY=1"));
        Assert.True(Index("READY=1") < Index("STOPPING=1"));
    }

    [Fact]
    public async Task The_watchdog_is_fed_while_the_lanes_get_on()
    {
        _scenario.Configure();
        using var agent = Start(watchdogMicroseconds: 1_500_000);
        await Says("READY=1");
        var before = _manager.Count("WATCHDOG=1");

        await Eventually.Holds(() => _manager.Count("WATCHDOG=1") >= before + 4, () => "too few ticks");
    }

    [Fact]
    public async Task The_status_tells_what_is_away()
    {
        _scenario.Configure();
        using var agent = Start();
        await Eventually.Holds(
            () => _manager.Said.Any(
                s => s.Contains("STATUS=degraded: 0 of 1 sources connected") && s.Contains("source pumps has no connection")),
            () => string.Join('\n', _manager.Said));
    }

    [Fact]
    public async Task A_reload_takes_a_changed_configuration_over_and_keeps_what_the_devices_taught()
    {
        using var agent = await StartTaught();

        File.WriteAllText(_scenario.ConfigurationFile, File.ReadAllText(_scenario.ConfigurationFile)
            .Replace("site = \"test\"", "site = \"moved\"", StringComparison.Ordinal));
        await agent.Signal("HUP");
        await Eventually.Holds(() => _manager.Count("READY=1") == 2, () => agent.Log);

        Assert.True(Index("RELOADING=1") is var at and > 0 && _manager.Said[at].Contains("MONOTONIC_USEC="));
        Assert.Equal("moved", (await _scenario.Status()).GetProperty("site").GetString());
        await agent.Says("1 devices go on where they were");
        await Plant.Publish(_scenario.Sensors, 450, 500);
        await Learned();
        Assert.Equal(0, await agent.Stop());
        Assert.Contains("received 50 = windowed 50", agent.Log);
    }

    [Theory]
    [InlineData("\nno_such_key = 1", "unknown key")]
    [InlineData("\n[detectors.other]\nsource = \"pumps\"\nmodel = \"nowhere\"", "nowhere")]
    public async Task A_bad_configuration_is_refused_with_its_reason_and_the_agent_goes_on(string more, string reason)
    {
        _scenario.Configure();
        await _scenario.Sensors.Start();
        using var agent = Start();
        await agent.Says("source pumps subscribed");

        File.AppendAllText(_scenario.ConfigurationFile, more);
        await agent.Signal("HUP");
        await Eventually.Holds(() => _manager.Count("READY=1") == 2, () => agent.Log);

        await agent.Says(reason);
        await agent.Says("is refused for the reasons above");
        Assert.Equal(1, (await _scenario.Status()).GetProperty("sources")[0].GetProperty("connections").GetInt32());
        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task A_configuration_that_looks_good_and_cannot_run_gives_way_to_the_one_before_and_is_tried_again_when_asked()
    {
        using var agent = await StartTaught();
        // A file stands where the folder would be.
        var inTheWay = Path.Combine(Path.GetDirectoryName(_scenario.ConfigurationFile)!, "elsewhere");
        File.WriteAllText(inTheWay, "");
        var text = File.ReadAllText(_scenario.ConfigurationFile);
        File.WriteAllText(
            _scenario.ConfigurationFile, text.Replace("state = \"state\"", "state = \"elsewhere/state\"", StringComparison.Ordinal));

        await agent.Signal("HUP");
        await agent.Says("the new configuration cannot run");
        await agent.Says("The agent goes on with the previous one");
        await Eventually.Holds(() => _manager.Count("READY=1") == 2, () => agent.Log);
        await Plant.Publish(_scenario.Sensors, 450, 500);
        await _scenario.Settled(50);
        await Learned();

        File.Delete(inTheWay);
        await agent.Signal("HUP");
        await Eventually.Holds(() => _manager.Count("READY=1") == 3, () => agent.Log);
        Assert.True(File.Exists(Path.Combine(inTheWay, "state", "outbox.db")), agent.Log);
        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task A_reload_of_what_is_as_it_was_disturbs_nothing()
    {
        _scenario.Configure();
        await _scenario.Sensors.Start();
        using var agent = Start();
        await agent.Says("source pumps subscribed");

        await agent.Signal("HUP");
        await Eventually.Holds(() => _manager.Count("READY=1") == 2, () => agent.Log);

        await agent.Says("nothing is changed");
        Assert.Equal(1, (await _scenario.Status()).GetProperty("sources")[0].GetProperty("connections").GetInt32());
    }

    [Fact]
    public async Task Under_the_journal_lines_carry_their_priority()
    {
        _scenario.Configure();
        using var agent = AgentProcess.StartUnderJournal("run", "--config", _scenario.ConfigurationFile);
        await agent.Says("<6>agent: site test");
        await agent.Says("<4>");
        await agent.Stop();
        Assert.All(agent.Log.Split('\n'), line => Assert.Matches("^<[2-7]>", line));
    }

    [Fact]
    public async Task Without_a_source_the_demo_plays_until_one_is_configured()
    {
        File.WriteAllText(_scenario.ConfigurationFile, "[agent]\ndemo = true\nsite = \"new\"\nstate = \"state\"\nruntime = \"runtime\"\n");
        var (checkCode, checkedText) = await AgentProcess.Run("check", "--config", _scenario.ConfigurationFile);
        Assert.True(checkCode == 0 && checkedText.Contains("the demo plays"), checkedText);
        using var agent = Start();
        await agent.Says("source pumps subscribed");
        await Eventually.Holds(() => Asked().Contains("\"devices\":4", StringComparison.Ordinal), () => agent.Log);

        await _scenario.Sensors.Start();
        _scenario.Configure();
        await agent.Signal("HUP");
        await agent.Says($"source pumps subscribed at {_scenario.Sensors.Url}");

        var status = await _scenario.Status();
        Assert.Equal(0, status.GetProperty("sources")[0].GetProperty("devices").GetInt32());
        Assert.Equal(0, await agent.Stop());

        string Asked() => AgentProcess.Run("status", "--json", "--config", _scenario.ConfigurationFile).Result.Output;
    }

    private AgentProcess Start(long watchdogMicroseconds = 0) => AgentProcess.Start(
        new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _manager.Address, ["WATCHDOG_USEC"] = $"{watchdogMicroseconds}" },
        "run", "--config", _scenario.ConfigurationFile);

    private Task Says(string line) =>
        Eventually.Holds(() => _manager.Count(line) > 0, () => $"no {line}: {string.Join('\n', _manager.Said)}");

    private Task Learned() => Eventually.Holds(
        () => _scenario.Ask("status", "--json").Result.Output.Contains("\"devicesCalibrated\":1", StringComparison.Ordinal),
        () => "nothing is learned");

    private int Index(string line) => _manager.Said.ToList().FindIndex(s => s.Split('\n').Contains(line));

    /// <summary>An agent between two brokers whose device is calibrated.</summary>
    private async Task<AgentProcess> StartTaught()
    {
        _scenario.Configure();
        await _scenario.Sensors.Start();
        await _scenario.Hub.Start();
        var agent = Start();
        await agent.Says("source pumps subscribed");
        await Plant.Publish(_scenario.Sensors, 0, 450);
        await Learned();
        return agent;
    }
}

using System.Text.RegularExpressions;
using EdgeAgent.Configuration;
using EdgeAgent.Hosting;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Tests.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Scenarios;

/// <summary>The agent in this process, with a lane that is stuck in the middle of its work.</summary>
public sealed class StuckLaneTests : IDisposable
{
    private readonly Scenario _scenario = new();
    private readonly StuckLane _lane = new();

    public void Dispose()
    {
        _lane.Dispose();
        _scenario.Dispose();
    }

    [Fact]
    public async Task A_lane_that_breaks_over_what_it_holds_at_the_stop_is_a_failure()
    {
        using var service = await Start(TimeProvider.System);
        var before = Environment.ExitCode;
        try
        {
            var stop = service.StopAsync(CancellationToken.None);
            _lane.Break();
            await stop;

            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public async Task An_agent_with_a_lane_that_gets_nowhere_is_not_live()
    {
        var time = new FakeTimeProvider();
        using var service = await Start(time);
        Assert.Equal(0, (await _scenario.Ask("health")).ExitCode);

        await Advance(time, seconds: 25);
        Assert.Equal(0, (await _scenario.Ask("health")).ExitCode);
        await Advance(time, seconds: 15);

        await Eventually.Holds(() => _scenario.Ask("health").Result is (1, var said) && Regex.IsMatch(
            said, @"not live\nlane \d+ has work and got nowhere with it for 30 s"), () => _scenario.Ask("health").Result.Output);
        await BreakAndStop(service);
    }

    [Fact]
    public async Task An_agent_with_a_lane_that_gets_nowhere_starves_the_watchdog()
    {
        var time = new FakeTimeProvider();
        using var manager = new FakeManager();
        var variables = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = manager.Address, ["WATCHDOG_USEC"] = "30000000" };
        using var notifier = ServiceNotifier.From(variables.GetValueOrDefault, process: 1);
        using var service = await Start(time, notifier);
        await Advance(time, seconds: 25);
        await Eventually.Holds(() => manager.Count("WATCHDOG=1") >= 3, () => "too few ticks in 25 s");

        await Advance(time, seconds: 20);
        var stuck = manager.Count("WATCHDOG=1");
        await Advance(time, seconds: 60);

        Assert.Equal(stuck, manager.Count("WATCHDOG=1"));
        await Eventually.Holds(() => manager.Said.Any(s => s.Contains("STATUS=unhealthy")), () => string.Join('\n', manager.Said));
        await BreakAndStop(service);
    }

    private async Task BreakAndStop(AgentService service)
    {
        var before = Environment.ExitCode;
        var stop = service.StopAsync(CancellationToken.None);
        _lane.Break();
        await stop;
        Environment.ExitCode = before;
    }

    private async Task<AgentService> Start(TimeProvider time, ServiceNotifier? manager = null)
    {
        _scenario.Configure();
        await _scenario.Sensors.Start();
        var options = ConfigurationFile.Load(_scenario.ConfigurationFile, new Dictionary<string, string>()).Options!;
        var service = new AgentService(options, time, NullLoggerFactory.Instance, new NoLifetime(), _lane, manager);
        await service.StartAsync(CancellationToken.None);
        await Eventually.Holds(
            () => _scenario.Ask("status", "--json").Result is (0, var said) && said.Contains("\"connected\":true"), () => "no connection");
        await Plant.Publish(_scenario.Sensors, 0, 500);
        await Eventually.Holds(() => _lane.IsStuck, () => "nothing is judged");
        return service;
    }

    /// <summary>In steps of the looks at the lanes, each with a moment to be taken.</summary>
    private static async Task Advance(FakeTimeProvider time, int seconds)
    {
        for (var passed = 0; passed < seconds; passed += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(100);
        }
    }

    /// <summary>Holds its lane at the first judgement, and throws when it is let go.</summary>
    private sealed class StuckLane : IJudgementObserver, IDisposable
    {
        private readonly ManualResetEventSlim _break = new();

        public bool IsStuck { get; private set; }

        public void Judged(DetectorTrack track, long timeTicks, float score)
        {
            IsStuck = true;
            _break.Wait();
            throw new InvalidOperationException("broken at the stop");
        }

        public void Break() => _break.Set();

        public void Dispose() => _break.Dispose();
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;
        public CancellationToken ApplicationStopping => default;
        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}

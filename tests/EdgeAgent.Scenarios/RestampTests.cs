using System.Text.Json;
using EdgeAgent.Configuration;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>A gateway that starts with a clock that is not set, between real brokers: which times it sets right later.</summary>
public sealed class RestampTests : IDisposable
{
    private const int Before = 700;
    private static readonly TimeSpan Behind = TimeSpan.FromDays(20_000);

    private readonly Scenario _scenario = new();
    private readonly Wall _wall = new(-Behind);

    public void Dispose() => _scenario.Dispose();

    [Fact]
    public async Task What_is_still_owed_when_the_clock_is_set_in_the_same_run_is_sent_with_its_times_set_right()
    {
        using var proxy = new FaultProxy(_scenario.Hub.Port) { IsStalled = true };
        await using var consumer = await Start(proxy);
        var began = DateTimeOffset.UtcNow;
        await using (var pipeline = await Judged(0, Before))
        {
            _wall.Set();
            await Publish(pipeline, Before, Plant.Readings);
            proxy.IsStalled = false;
            await Eventually.Holds(
                () => pipeline.Outbox is { Owed: 0, Delivered: > 0 }, () => $"{pipeline.Outbox.Owed} owed, {pipeline.Upstream.Trouble}");
            await Eventually.Holds(() => consumer.Distinct.Count >= pipeline.Outbox.Delivered,
                () => $"{consumer.Distinct.Count} of {pipeline.Outbox.Delivered}");
        }
        var events = Parsed(consumer);

        Assert.DoesNotContain(events, e => Clock(e) == "unsynced");
        var restamped = events.Where(e => Clock(e) == "restamped").ToList();
        Assert.Equal(Before - 59, restamped.Count(IsScore));
        // Seen from the readings a gap of years lies between: the window fills again.
        Assert.InRange(events.Count(e => Clock(e) == "synced" && IsScore(e)), 100, Plant.Readings - Before);
        Assert.All(events, e => Within(began, e.GetProperty("time")));
        var opened = restamped.Where(e => e.GetProperty("type").GetString()!.EndsWith("opened", StringComparison.Ordinal))
            .Select(e => e.GetProperty("data")).ToList();
        Assert.NotEmpty(opened);
        Assert.All(opened, data =>
        {
            Within(began, data.GetProperty("started"));
            Within(began, data.GetProperty("peak").GetProperty("time"));
            Within(began, data.GetProperty("calibration").GetProperty("since"));
        });
        // Later reports of an anomaly that began before keep its old start, for its id is made of it; so docs/events.md says.
        var begunBefore = restamped.Where(e => !IsScore(e)).Select(e => e.GetProperty("anomalyid").GetString()).ToHashSet();
        Assert.All(events.Where(e => Clock(e) == "synced" && !IsScore(e) && begunBefore.Contains(e.GetProperty("anomalyid").GetString())),
            e =>
            Assert.True(e.GetProperty("data").GetProperty("started").GetDateTimeOffset() < began - Behind / 2, $"{e}"));
        Assert.Equal(events.Count, events.Select(e => e.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task What_an_earlier_run_stamped_is_sent_as_it_was()
    {
        using var proxy = new FaultProxy(_scenario.Hub.Port) { IsStalled = true };
        await using var consumer = await Start(proxy);
        long owed;
        await using (var first = await Judged(0, Before))
        {
            await first.StopAsync();
            owed = first.Outbox.Owed;
        }
        Assert.True(owed >= Before - 59, $"{owed} owed");
        _wall.Set();
        proxy.IsStalled = false;

        await using var second = Pipeline();
        second.Start();

        await Eventually.Holds(() => consumer.Distinct.Count >= owed, () => $"{consumer.Distinct.Count} of {owed}");
        Assert.All(Parsed(consumer), e =>
        {
            Assert.Equal("unsynced", Clock(e));
            Assert.True(e.GetProperty("time").GetDateTimeOffset() < DateTimeOffset.UtcNow - Behind / 2, $"{e}");
        });
    }

    /// <summary>
    /// Both brokers, and a consumer; the agent's way to the hub stands still at first. Readings have no time of their own.
    /// </summary>
    private async Task<Consumer> Start(FaultProxy proxy)
    {
        _scenario.Configure(detector: "forward = \"every-window\"", rule: false, lanes: 1, hub: $"mqtt://127.0.0.1:{proxy.Port}");
        File.WriteAllText(_scenario.ConfigurationFile, File.ReadAllText(_scenario.ConfigurationFile)
            .Replace("time = \"ts\"", "", StringComparison.Ordinal));
        await _scenario.Sensors.Start();
        await _scenario.Hub.Start();
        return await Consumer.Start(_scenario.Hub);
    }

    private AgentPipeline Pipeline() =>
        new(ConfigurationFile.Load(_scenario.ConfigurationFile, new Dictionary<string, string>()).Options!,
            _wall, NullLoggerFactory.Instance);

    private async Task<AgentPipeline> Judged(int from, int to)
    {
        var pipeline = Pipeline();
        pipeline.Start();
        await Eventually.Holds(() => pipeline.Sources[0].Counters.IsConnected, () => $"{pipeline.Sources[0].Trouble}");
        await Publish(pipeline, from, to);
        // A reading counts as soon as it is in its window; what it causes may take a moment more.
        for (var before = -1L; before != Events(); await Task.Delay(250))
            before = Events();
        return pipeline;

        long Events() => pipeline.Lanes.Sum(lane => lane.Counters.Events);
    }

    private async Task Publish(AgentPipeline pipeline, int from, int to)
    {
        await Plant.Publish(_scenario.Sensors, from, to);
        await Eventually.Holds(() => pipeline.Books is { InFlight: 0 } books && books.Windowed == to, () => $"{pipeline.Books}");
    }

    private static List<JsonElement> Parsed(Consumer consumer) => [.. consumer.Distinct.Select(e => JsonDocument.Parse(e).RootElement)];

    private static string? Clock(JsonElement e) => e.GetProperty("data").GetProperty("clock").GetString();

    private static bool IsScore(JsonElement e) => e.GetProperty("type").GetString() == "io.edgeagent.window.scored";

    private static void Within(DateTimeOffset began, JsonElement time) =>
        Assert.InRange(time.GetDateTimeOffset(), began.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));

    /// <summary>The machine's clocks, with a wall clock that is behind until it is set.</summary>
    private sealed class Wall(TimeSpan off) : TimeProvider, IWallClock
    {
        private long _offTicks = off.Ticks;
        private volatile bool _isSet;

        public bool IsSet => _isSet;

        public void Set()
        {
            Interlocked.Exchange(ref _offTicks, 0);
            _isSet = true;
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _offTicks));
    }
}

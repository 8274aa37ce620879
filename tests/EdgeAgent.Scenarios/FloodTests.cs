using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>
/// Sensors that send fifty times what the agent can judge. It slows its broker, which sheds at the limit that it has; each
/// message is accounted for, memory stays, and what is judged is young. EDGEAGENT_FLOOD_SECONDS=60 is the long run.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Times = 50;
    /// <summary>Each reading is judged so often: an agent with much to do, so that the sensors can outdo it on any machine.</summary>
    private const int Detectors = 400;
    private const int Devices = 2;
    private const int Learned = 400;
    /// <summary>What the broker keeps for the agent, and what may be on its way to it: the line that a reading waits in.</summary>
    private const int Queue = 200, UnderWay = 64;
    private const double PlentyPerSecond = 2000;
    private const long MemoryLimit = 64 << 20;

    /// <summary>
    /// Its code is compiled without optimisation: as slow as a small gateway, and as slow at the end as at the beginning.
    /// </summary>
    private static readonly Dictionary<string, string> Slow = new() { ["DOTNET_TieredCompilation"] = "0", ["DOTNET_JITMinOpts"] = "1" };

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("EDGEAGENT_FLOOD_SECONDS"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds : 6);

    [Fact]
    public async Task Fifty_times_too_many_readings_cost_no_memory_are_all_counted_and_those_judged_are_young()
    {
        using var scenario = new Scenario();
        Configure(scenario);
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        using var agent = AgentProcess.Start(Slow, "run", "--config", scenario.ConfigurationFile);
        await agent.Says("source pumps subscribed");
        await agent.Says("upstream connected");
        using var flood = await Flood.Connect(scenario.Sensors.Port, Devices);
        var sustainable = await Sustainable(scenario, flood);
        await AtRest(scenario, flood);
        await using var ages = await Ages.Listen(scenario.Hub);

        var (before, most) = (agent.ResidentBytes, 0L);
        var judgedBefore = await Windowed(scenario);
        var watch = Stopwatch.StartNew();
        var sending = Task.Run(() => flood.SendAsync(sustainable * Times, Length));
        while (!sending.IsCompleted)
        {
            most = Math.Max(most, agent.ResidentBytes);
            await Task.WhenAny(sending, Task.Delay(100));
        }
        var offered = await sending;
        var (judged, elapsed) = (await Windowed(scenario) - judgedBefore, watch.Elapsed.TotalSeconds);
        // At rest soon: what waits is no more than the line.
        var (received, shed) = await AtRest(scenario, flood);

        var (perSecond, offeredPerSecond) = (judged / elapsed, offered / elapsed);
        output.WriteLine(
            $"{sustainable:0} readings/s sustainable, each judged {Detectors} times; {offered} offered in {elapsed:0.0} s "
                + $"({offeredPerSecond:0}/s), {judged} judged ({perSecond:0}/s)");
        output.WriteLine(
            $"{flood.Sent} sent = {received} received + {shed} shed by the broker; resident {before >> 20} MiB before, {most >> 20} MiB "
                + $"at most");
        output.WriteLine($"age of judged readings at the hub: {ages.Median:0.00} s (median), {ages.Most:0.00} s at most of {ages.Count}");

        Assert.True(offeredPerSecond > perSecond * Times / 2, $"{offeredPerSecond:0}/s is no flood for {perSecond:0}/s");
        Assert.Equal(flood.Sent, received + shed);
        Assert.True(shed > offered / 2, $"{shed} of {offered} shed");
        Assert.InRange(most - before, long.MinValue, MemoryLimit);
        var patience = 2 * (Queue + UnderWay) / perSecond + 3;
        Assert.InRange(ages.Most, 0, patience);
        Assert.True(ages.Count >= judged, $"{ages.Count} of {judged} judged readings were told of");
        Assert.Equal(0, await agent.Stop());
    }

    /// <summary>What the agent judges a second when there always is something to judge, once it has learned its devices.</summary>
    private static async Task<double> Sustainable(Scenario scenario, Flood flood)
    {
        // In pieces that the broker's queue holds, so that none is shed.
        while (flood.Sent < Devices * (Learned + 10))
        {
            await flood.SendAsync(Queue);
            while (await Windowed(scenario) < flood.Sent) await Task.Delay(10);
        }
        var (from, watch) = (await Windowed(scenario), Stopwatch.StartNew());
        await flood.SendAsync(PlentyPerSecond, TimeSpan.FromSeconds(4));
        return (await Windowed(scenario) - from) / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> Windowed(Scenario scenario) => (await Books(scenario)).GetProperty("windowed").GetInt64();

    private static async Task<JsonElement> Books(Scenario scenario)
    {
        var answer = await new EdgeAgent.Control.ControlClient(scenario.StateFolder).AskAsync("GET", "/status");
        Assert.True(answer is { IsFine: true }, $"{answer?.Text}");
        using var status = JsonDocument.Parse(answer!.Body);
        return status.RootElement.GetProperty("books").Clone();
    }

    /// <summary>Waits until nothing waits and the broker's own count has come; both books must close then.</summary>
    private static async Task<(long Received, long Shed)> AtRest(Scenario scenario, Flood flood)
    {
        await using var system = await Consumer.Start(scenario.Sensors, "$SYS/broker/publish/messages/dropped");
        var (received, shed) = (0L, 0L);
        await Eventually.Holds(() =>
        {
            var books = Books(scenario).Result;
            received = books.GetProperty("received").GetInt64();
            shed = system.Events.Count > 0 ? long.Parse(system.Events[^1], CultureInfo.InvariantCulture) : 0;
            return received + shed == flood.Sent && books.GetProperty("inFlight").GetInt64() == 0
                && books.GetProperty("owed").GetInt64() == 0
                && books.GetProperty("windowed").GetInt64() == received && books.GetProperty("balanced").GetBoolean();
        }, () => $"{received} received + {shed} shed of {flood.Sent} sent");
        return (received, shed);
    }

    private static void Configure(Scenario scenario)
    {
        scenario.Sensors.Reconfigure("sys_interval 1", queued: Queue);
        var others = new StringBuilder();
        for (var d = 1; d < Detectors; d++)
            others.Append(CultureInfo.InvariantCulture,
                $"\n[detectors.d{d}]\nsource = \"pumps\"\nmodel = \"{Repository.Model}\"\non_after = 1000000\n");
        scenario.Configure(detector: $"forward = \"every-window\"\non_after = 1000000\n{others}",
            source: $", receive_limit = {UnderWay}", rule: false, lanes: 1);
    }

    /// <summary>How old each reading was when its score came to the hub: the sensors and the hub have one clock here.</summary>
    private sealed class Ages : IAsyncDisposable
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        private readonly ConcurrentQueue<double> _seconds = new();

        public int Count => _seconds.Count;
        public double Most => _seconds.Max();
        public double Median => _seconds.Order().ElementAt(_seconds.Count / 2);

        public static async Task<Ages> Listen(Mosquitto hub)
        {
            var ages = new Ages();
            ages._client.ApplicationMessageReceivedAsync += arrived =>
            {
                using var e = JsonDocument.Parse(arrived.ApplicationMessage.Payload);
                ages._seconds.Enqueue((DateTimeOffset.UtcNow - e.RootElement.GetProperty("time").GetDateTimeOffset()).TotalSeconds);
                return Task.CompletedTask;
            };
            await ages._client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", hub.Port).Build());
            await ages._client.SubscribeAsync("anomalies/#", MqttQualityOfServiceLevel.AtLeastOnce);
            return ages;
        }

        public async ValueTask DisposeAsync()
        {
            await _client.DisconnectAsync();
            _client.Dispose();
        }
    }
}

using System.Text.Json;
using EdgeAgent.Control;

namespace EdgeAgent.Scenarios.Conformance;

/// <summary>
/// An agent of which one side leads over a <see cref="FaultProxy"/> to the broker that is tested; the other side has a mosquitto. Every
/// judged reading makes an event, so the events show each reading that was lost or taken twice.
/// </summary>
internal sealed class ConformanceBench : IAsyncDisposable
{
    private readonly Scenario _scenario = new();
    private readonly HashSet<string> _seen = [];
    private Consumer? _consumer;

    private ConformanceBench(RealBroker tested, bool isSource)
    {
        Tested = tested;
        Proxy = new FaultProxy(tested.Port);
        (Sensors, Hub) = (isSource ? tested : _scenario.Sensors, isSource ? _scenario.Hub : tested);
    }

    public RealBroker Tested { get; }
    public FaultProxy Proxy { get; }
    public RealBroker Sensors { get; }
    public RealBroker Hub { get; }

    /// <summary>What the readings give offline, one event a line.</summary>
    public IReadOnlySet<string> Expected { get; private set; } = new HashSet<string>();
    public AgentProcess Agent { get; private set; } = null!;

    /// <summary>Everything that consumers got, each event once.</summary>
    public IReadOnlySet<string> Seen => _seen.Union(_consumer?.Events ?? []).ToHashSet();

    /// <summary>Both brokers, a consumer and the agent, connected.</summary>
    public static async Task<ConformanceBench> Start(string broker, string version, bool isSource, string topics = "\"plant/+/telemetry\"")
    {
        var bench = new ConformanceBench(RealBrokers.New(broker), isSource);
        await bench.Start(version, isSource, topics);
        return bench;
    }

    public Task Publish(int from, int to) => Plant.Publish(Sensors, from, to);

    /// <summary>Ends the agent without a warning and starts it again.</summary>
    public async Task KillAgent()
    {
        Agent.Kill();
        await StartAgent();
    }

    /// <summary>A consumer upstream; what the one before got still counts.</summary>
    public async Task StartConsumer()
    {
        if (_consumer is not null)
        {
            _seen.UnionWith(_consumer.Events);
            await _consumer.DisposeAsync();
        }
        _consumer = await Consumer.Start(Hub);
    }

    /// <summary>Waits until the agent has subscribed or connected upstream so many times in this life.</summary>
    public Task Connected(string what, int times) =>
        Eventually.Holds(() => Agent.Log.Split(what).Length > times, () => $"not {times} times \"{what}\"\n{Agent.Log}");

    /// <summary>What the agent answers; null when none runs.</summary>
    public async Task<string?> Ask(string path) => (await new ControlClient(_scenario.StateFolder).AskAsync("GET", path))?.Text;

    public async Task<JsonElement> Status() =>
        await Ask("/status") is { } answer ? JsonDocument.Parse(answer).RootElement : default;

    /// <summary>What the doctor says of the configuration.</summary>
    public async Task<string> Doctor() => (await AgentProcess.Run("doctor", "--config", _scenario.ConfigurationFile)).Output;

    /// <summary>A figure of the ledger.</summary>
    public async Task<long> Book(string name) =>
        await Status() is { ValueKind: JsonValueKind.Object } status ? status.GetProperty("books").GetProperty(name).GetInt64() : -1;

    /// <summary>Waits until the agent's ledger has these figures and nothing is under way.</summary>
    public async Task Settled(long windowed)
    {
        JsonElement books = default;
        await Eventually.Holds(
            () =>
            {
                if (Status().Result is not { ValueKind: JsonValueKind.Object } status) return false;
                books = status.GetProperty("books");
                return Of("windowed") == windowed && Of("inFlight") == 0 && Of("owed") == 0;
            },
            () => $"{windowed} windowed wanted: {books}\n{Agent.Log}");
        Assert.True(books.GetProperty("balanced").GetBoolean(), $"{books}");

        long Of(string name) => books.GetProperty(name).GetInt64();
    }

    /// <summary>Waits for all events, stops the agent in good order, and compares them with those of an undisturbed run.</summary>
    public async Task AssertNothingIsLostOrNew()
    {
        await Eventually.Holds(() => Expected.IsSubsetOf(Seen), () => $"{Seen.Count} of {Expected.Count} events\n{Agent.Log}");
        await Eventually.Holds(() => Book("inFlight").Result == 0 && Book("owed").Result == 0, () => Agent.Log);
        Assert.True((await Status()).GetProperty("books").GetProperty("balanced").GetBoolean());
        Assert.Equal(0, await Agent.Stop());
        Assert.Equal(Expected, Seen);
        // An id stands for one event, however often that came.
        Assert.Equal(Expected.Count, Seen.Select(IdOf).Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        Agent?.Dispose();
        Proxy.Dispose();
        if (_consumer is not null) await _consumer.DisposeAsync();
        Tested.Dispose();
        _scenario.Dispose();
    }

    private async Task Start(string version, bool isSource, string topics)
    {
        _scenario.Configure(version, detector: "forward = \"every-window\"", topics: topics,
            sensors: isSource ? Proxy.Url : null, hub: isSource ? null : Proxy.Url);
        var replay = _scenario.Replay();
        await Task.WhenAll(Sensors.Start(), Hub.Start(), replay);
        Expected = (await replay).ToHashSet();
        await StartConsumer();
        await StartAgent();
    }

    private async Task StartAgent()
    {
        Agent = _scenario.StartAgent();
        await Agent.Says("source pumps subscribed");
        await Agent.Says("upstream connected");
    }

    private static string IdOf(string e) => e.Split("\"id\":\"")[1].Split('"')[0];
}

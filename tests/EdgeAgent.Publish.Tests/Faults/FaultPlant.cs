using System.Diagnostics;

namespace EdgeAgent.Publish.Tests.Faults;

/// <summary>
/// Sensors, their broker, the published agent, the hub and its listener, each a process of its own. Every reading owes the
/// hub an event (<c>forward = "every-window"</c>), so that a lost one is seen. The devices are learned before the ledger begins.
/// </summary>
internal sealed class FaultPlant : IDisposable
{
    /// <summary>Events that may be under way to the hub at once, which bounds what may come twice.</summary>
    public const int InFlight = 64;

    public const int Lanes = 2;

    /// <summary>Readings that a lane takes in hand at once, at most: a constant of the agent.</summary>
    public const int BatchMessages = 512;

    private const string BrokerLimits = "max_queued_messages 1000000\nmax_inflight_messages 0\n";
    private static readonly TimeSpan PatienceLimit = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private readonly Random _random;
    private readonly Process _listener;
    private readonly Dictionary<string, ProgramRun> _sensors = [];
    private readonly Dictionary<string, int> _next = [];

    public FaultPlant(int seed, int devices)
    {
        _random = new Random(seed);
        SensorBroker = new Broker(_folder, "sensors", BrokerLimits);
        Hub = new Broker(_folder, "hub", BrokerLimits);
        Configuration = _folder.Write("agent.toml", $$"""
            [agent]
            site = "test"
            id = "gateway"
            state = "state"
            runtime = "runtime"
            lanes = {{Lanes}}

            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:{{SensorBroker.Port}}", topics = ["plant/+/telemetry"] }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"

            [detectors.any]
            source = "pumps"
            model = "{{Path.Combine(Repository.Root, "models", "single-channel")}}"
            forward = "every-window"

            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:{{Hub.Port}}" }
            in_flight = {{InFlight}}
            retry_delay_limit = "1s"
            """);
        _listener = Listen();
        try
        {
            Learn(devices);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SensorLedger Ledger { get; } = new();
    public Broker SensorBroker { get; }
    public Broker Hub { get; }
    public string Configuration { get; }

    /// <summary>The outbox's database; its log has <c>-wal</c> behind it.</summary>
    public string Store => _folder.File("state/outbox.db");

    public string File(string name) => _folder.File(name);

    public ProgramRun StartAgent() => Published.Start(Published.Native, "run", "--config", Configuration);

    /// <summary>The agent under a program that runs it.</summary>
    public ProgramRun StartAgent(string runner, params string[] arguments) =>
        ProgramRun.Start(runner, new Dictionary<string, string>(),
            [.. arguments, Published.Program(Published.Native), "run", "--config", Configuration]);

    /// <summary>Some readings of a device, handed to the client that publishes with QoS 1.</summary>
    public void Send(string device, int count)
    {
        if (!_sensors.TryGetValue(device, out var sensor))
            _sensors[device] = sensor = SensorBroker.Client("mosquitto_pub", "-t", $"plant/{device}/telemetry", "-l");
        var next = _next.GetValueOrDefault(device);
        for (var i = 0; i < count; i++, next++)
        {
            Ledger.NoteSent(device, next);
            sensor.Input.Write(
                $"{{\"ts\":{SensorLedger.Start.AddSeconds(next).ToUnixTimeMilliseconds()},\"values\":{{\"a\":{1000 + _random.Next(40)}}}}}\n");
        }
        _next[device] = next;
        sensor.Input.Flush();
    }

    /// <summary>One round of readings: a burst of chance from each device.</summary>
    public void SendBursts(int limit)
    {
        foreach (var device in _next.Keys.ToList())
            Send(device, _random.Next(limit));
    }

    /// <summary>The sensors hand over the last and go: each of their messages is acknowledged by their broker.</summary>
    public void EndSensors()
    {
        foreach (var sensor in _sensors.Values)
        {
            sensor.Input.Close();
            Assert.Equal(0, sensor.WaitForExit());
            sensor.Dispose();
        }
        _sensors.Clear();
    }

    /// <summary>Waits until the hub has heard of every reading, and the agent, stopped then, has nothing left.</summary>
    public void Settle(ProgramRun agent, string hint)
    {
        WaitFor(() => Ledger.Heard >= Ledger.Sent, () => Tell(hint));
        Assert.Equal(0, agent.Terminate());
        Assert.True(Ledger.Missing.Count == 0, Tell(hint));
        Assert.Equal((0, 0), (Ledger.Phantoms, Ledger.Differing));
        Books.AreSettled(agent.Errors);

        string Tell(string what) =>
            $"{what}: {Ledger.Missing.Count} of {Ledger.Sent} have no event: "
                + $"{string.Join(' ', Ledger.Missing.Order().Take(20))}\n{agent.Errors}";
    }

    public static void WaitFor(Func<bool> holds, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < PatienceLimit, what());
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        foreach (var sensor in _sensors.Values) sensor.Dispose();
        if (!_listener.HasExited) _listener.Kill();
        _listener.Dispose();
        SensorBroker.Dispose();
        Hub.Dispose();
        _folder.Dispose();
    }

    private Process Listen()
    {
        // Printed line by line: its standard output is no terminal.
        var start = new ProcessStartInfo(
            "mosquitto_sub", ["-h", "127.0.0.1", "-p", $"{Hub.Port}", "-q", "1", "-i", "listener",
                "-t", "anomalies/#", "-t", "ready"]) { RedirectStandardOutput = true };
        var isReady = false;
        var listener = Process.Start(start)!;
        listener.OutputDataReceived += (_, line) =>
        {
            if (line.Data is "ready") Volatile.Write(ref isReady, true);
            else if (line.Data is { } e) Ledger.NoteHeard(e);
        };
        listener.BeginOutputReadLine();
        WaitFor(() =>
        {
            using (var call = Hub.Client("mosquitto_pub", "-t", "ready", "-m", "ready")) call.WaitForExit();
            return Volatile.Read(ref isReady);
        }, () => "the hub's listener hears nothing");
        return listener;
    }

    /// <summary>From now on a reading is an event; the agent ends in order, and a checkpoint has what it learned.</summary>
    private void Learn(int devices)
    {
        using var agent = StartAgent();
        agent.WaitFor("subscribed");
        for (var d = 0; d < devices; d++) Send($"d{d}", SensorLedger.First + 1);
        WaitFor(() => Ledger.Heard >= Ledger.Sent
            && Ledger.Missing.Count == 0, () => $"{Ledger.Heard} heard of {Ledger.Sent}\n{agent.Errors}");
        Assert.Equal(0, agent.Terminate());
    }
}

using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using MQTTnet;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>The memory that many devices take is promised, and a start after a kill needs no more.</summary>
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Devices = 10_000;
    private const int Readings = 61;

    /// <summary>What the published program has anyway: the youngest generation does not grow with the processor's cache.</summary>
    private static readonly Dictionary<string, string> AsPublished = new() { ["DOTNET_GCgen0size"] = "0x200000" };

    [Fact]
    public async Task Ten_thousand_devices_stay_within_what_is_promised_and_so_does_the_start_after_a_kill()
    {
        using var scenario = new Scenario();
        scenario.Configure(source: "", lanes: 1, rule: false);
        var text = File.ReadAllText(scenario.ConfigurationFile);
        File.WriteAllText(scenario.ConfigurationFile, text.Replace(
            "time = \"ts\"", "rows = \"rows[*]\"\ntime = \"ts\"", StringComparison.Ordinal)
            .Replace("16KiB", "64KiB", StringComparison.Ordinal));
        await scenario.Sensors.Start();
        await scenario.Hub.Start();

        // With one device: what the program itself takes where it is not compiled beforehand.
        long alone;
        using (var first = AgentProcess.Start(AsPublished, "run", "--config", scenario.ConfigurationFile))
        {
            await first.Says("source pumps subscribed");
            await Send(scenario, devices: 1, from: 0, Readings);
            await scenario.Settled(1);
            alone = first.ResidentBytes;
            await first.Stop();
        }
        var folder = Repository.Model;
        var options = new AgentOptions
        {
            Sources = [new() { Name = "pumps", DeviceLimit = Devices }], Lanes = 1,
            Detectors = [new() { Name = "health", Source = "pumps", Model = folder }],
        };
        var bound = MemoryBound.Of(options, new Dictionary<string, ModelBundle> { [folder] = ModelBundle.Load(folder) }, 1);
        var promised = bound.Bytes - bound.FixedBytes;

        long running;
        using (var agent = AgentProcess.Start(AsPublished, "run", "--config", scenario.ConfigurationFile))
        {
            await agent.Says("source pumps subscribed");
            await Send(scenario, Devices, from: Readings, Readings);
            await scenario.Settled(Devices);
            running = agent.PeakResidentBytes;
            agent.Kill();
        }
        long again;
        using (var agent = AgentProcess.Start(AsPublished, "run", "--config", scenario.ConfigurationFile))
        {
            await agent.Says("source pumps subscribed");
            await agent.Says($"{Devices} devices go on where they were");
            await Send(scenario, Devices, from: 2 * Readings, 1);
            await scenario.Settled(Devices);
            again = agent.PeakResidentBytes;
        }
        output.WriteLine(
            $"one device {alone >> 20} MiB; {Devices} devices {running >> 20} MiB at most, after a kill {again >> 20}; promised for them "
                + $"{promised >> 20}, in all {bound.Bytes >> 20}");
        Assert.True(running - alone <= promised, "more than is promised");
        Assert.True(again <= running + (16 << 20), "a start after a kill takes more than running");
        Assert.True(bound.Bytes <= 256_000_000, $"{bound.Bytes} bytes promised");
    }

    /// <summary>Each device sends its readings in one message.</summary>
    private static async Task Send(Scenario scenario, int devices, int from, int readings)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(scenario.Sensors));
        var channels = ModelBundle.Load(Repository.Model).ChannelNames;
        var payload = Encoding.UTF8.GetBytes($"{{\"rows\": [{string.Join(", ", Enumerable.Range(from, readings).Select(Row))}]}}");
        for (var device = 0; device < devices; device++)
            await Plant.Send(client, $"plant/pump-{device}/telemetry", payload);
        await client.DisconnectAsync();

        string Row(int second)
        {
            var values = string.Join(", ", channels.Select((c, i) => Value(c, 10 + i + second % 7 * 0.1)));
            return string.Create(CultureInfo.InvariantCulture, $"{{\"ts\": {1_767_225_600_000 + second * 1000}, \"values\": {{{values}}}}}");
        }

        static string Value(string channel, double value) => string.Create(CultureInfo.InvariantCulture, $"\"{channel}\": {value:0.##}");
    }
}

using System.Globalization;
using System.Text;
using MQTTnet;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>Senders of junk names on the honest device's own broker, topics and source.</summary>
public sealed class JunkNamesTests(ITestOutputHelper output)
{
    private const int DeviceLimit = 40;

    [Fact]
    public async Task Messages_of_too_many_keys_and_devices_that_come_and_go_leave_room_for_honest_ones()
    {
        var scenario = With($"device_limit = {DeviceLimit}\nchannel_limit = 64");
        await using var hostile = await HostileCase.Start(scenario, "", output);
        using var client = await Connected(scenario);
        var keys = Payload(string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"junk{i}\":1")));
        for (var i = 0; i < 50; i++) await Plant.Send(client, "plant/many-keys/telemetry", keys, qos: 0);
        for (var i = 0; i < 4000; i++)
        {
            // Usable, each of a device of its own, and of names that come once and twice.
            await Plant.Send(client, $"plant/junk-{i}/telemetry", Payload($"\"j{i}\":1"), qos: 0);
            await Plant.Send(client, $"plant/junk-{i / 2}/telemetry", Payload($"\"j{i / 2}\":1"), qos: 0);
        }
        await hostile.HealthSays("more devices than it may have at once");
        await hostile.Last(TimeSpan.FromSeconds(11));

        await using var judged = await ArrivalGaps.Listen(scenario.Hub, "anomalies/+/pump-2", "\"io.edgeagent.window.scored\"");
        await Plant.Publish(scenario.Sensors, 0, 700, device: "pump-2");
        await Eventually.Holds(() => judged.Count > 100, () => $"{judged.Count} windows of the new honest device are judged");
        var devices = (await scenario.Status()).GetProperty("sources")[0].GetProperty("devices").GetInt32();
        Assert.InRange(devices, 2, DeviceLimit);
        hostile.Ends();
    }

    [Fact]
    public async Task Names_of_a_quarter_of_a_megabyte_cost_neither_memory_nor_log()
    {
        var scenario = With("payload_limit = \"1MiB\"");
        await using var hostile = await HostileCase.Start(scenario, "", output);
        using var client = await Connected(scenario);
        var name = new string('x', 250_000);
        for (var i = 0; i < 150; i++)
        {
            var own = i.ToString(CultureInfo.InvariantCulture) + name;
            await Plant.Send(client, "plant/long-json/telemetry", Payload($"\"{own}\":1"), qos: 0);
            await Plant.Send(client, "plant/long-line/telemetry", Encoding.UTF8.GetBytes($"m values.{own}=1"), qos: 0);
            await Plant.Send(client, $"plant/{own[..60_000]}/telemetry", Payload("\"a\":1"), qos: 0);
            // So that most of what comes is junk, however slowly the machine moves the long ones.
            for (var n = 0; n < 20; n++) await Plant.Send(client, "plant/long/telemetry", Payload($"\"{own[..300]}\":1"), qos: 0);
        }
        await hostile.HealthSays("name_too_long");
        hostile.Ends();
    }

    private static Scenario With(string source)
    {
        var scenario = new Scenario();
        var folder = Path.Combine(Path.GetDirectoryName(scenario.ConfigurationFile)!, "conf.d");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "limits.toml"), $"[sources.pumps]\n{source}\n");
        return scenario;
    }

    private static async Task<IMqttClient> Connected(Scenario scenario)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(scenario.Sensors));
        return client;
    }

    private static byte[] Payload(string values) =>
        Encoding.UTF8.GetBytes($"{{\"ts\":{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()},\"values\":{{{values}}}}}");
}

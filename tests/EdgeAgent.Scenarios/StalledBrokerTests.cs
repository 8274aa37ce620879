using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>A sensors' broker that sends and reads nothing holds up its own source, and nobody else.</summary>
public sealed class StalledBrokerTests(ITestOutputHelper output) : IDisposable
{
    private const int Calibration = 450, Measured = 340;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(8);

    /// <summary>Below it a longer time says more of the machine that the test runs on than of the agent.</summary>
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(15);

    private readonly Scenario _scenario = new();
    private readonly ConcurrentDictionary<DateTimeOffset, long> _arrived = [];

    public void Dispose() => _scenario.Dispose();

    [Fact]
    public async Task Readings_of_another_source_are_judged_as_soon_as_without_it()
    {
        using var stalled = new ScriptedBroker(receiveBuffer: 2048);
        _scenario.Configure(detector: "forward = \"every-window\"", upstream: $$"""
            [sources.stalled]
            mqtt = { url = "{{stalled.Url}}", topics = ["plant/+/telemetry"], version = "5" }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"

            [detectors.stalled]
            source = "stalled"
            model = "{{Repository.Model}}"
            """);
        await _scenario.Sensors.Start();
        await _scenario.Hub.Start();
        using var subscriber = await Subscribe();
        using var agent = _scenario.StartAgent();
        using var connection = await stalled.OpenAsync();
        await agent.Says("source pumps subscribed");
        await agent.Says("source stalled subscribed");
        using var sensor = new MqttClientFactory().CreateMqttClient();
        await sensor.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _scenario.Sensors.Port).Build());
        await Latency(sensor, 0, Calibration);

        var undisturbed = await Latency(sensor, Calibration, Calibration + Measured);
        var sent = await FloodUntilStalled(connection);
        var beside = await Latency(sensor, Calibration + Measured, Calibration + 2 * Measured);

        output.WriteLine(
            $"P99 {undisturbed.TotalMilliseconds:0.00} ms alone, {beside.TotalMilliseconds:0.00} ms beside a broker that reads nothing "
                + $"any more, after {sent} messages");
        Assert.Equal(0, agent.Count("source stalled has no connection"));
        Assert.True(beside < 2 * undisturbed
            || beside < Floor, $"P99 {undisturbed.TotalMilliseconds:0.00} ms alone, {beside.TotalMilliseconds:0.00} ms beside it");
    }

    /// <summary>Sends QoS 1 messages and reads no acknowledgement, until the agent takes no more.</summary>
    private static async Task<int> FloodUntilStalled(BrokerConnection connection)
    {
        const int MessageLimit = 3_000_000, Chunk = 1000;
        for (var sent = 0; sent < MessageLimit; sent += Chunk)
        {
            var bytes = new List<byte>();
            for (var i = 0; i < Chunk; i++)
                bytes.AddRange(BrokerConnection.Publish("plant/pump-9/telemetry", "{}"u8.ToArray(), (ushort)(1 + (sent + i) % 4000)));
            var sending = connection.SendAsync([.. bytes]);
            if (await Task.WhenAny(sending, Task.Delay(1000)) != sending) return sent;
        }
        throw new Xunit.Sdk.XunitException("the agent went on reading and acknowledging, and nothing filled up");
    }

    /// <summary>How long 99 of 100 readings take from the sensor to the subscriber upstream that gets their scores.</summary>
    private async Task<TimeSpan> Latency(IMqttClient sensor, int from, int to)
    {
        var sentAt = new Dictionary<DateTimeOffset, long>();
        var clock = Stopwatch.StartNew();
        for (var i = from; i < to; i++)
        {
            sentAt[TimeOf(Plant.Payloads[i])] = Stopwatch.GetTimestamp();
            await Plant.Send(sensor, "plant/pump-1/telemetry", Plant.Payloads[i], qos: 0);
            var ahead = (i - from) * Every - clock.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead);
        }
        await Eventually.Holds(() => from < Calibration || sentAt.Keys.All(_arrived.ContainsKey), () => "a score is missing");
        var took = sentAt.Where(s => _arrived.ContainsKey(s.Key))
            .Select(s => Stopwatch.GetElapsedTime(s.Value, _arrived[s.Key])).Order().ToList();
        return took.Count == 0 ? TimeSpan.Zero : took[took.Count * 99 / 100];
    }

    private async Task<IMqttClient> Subscribe()
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += message =>
        {
            var now = Stopwatch.GetTimestamp();
            using var json = JsonDocument.Parse(message.ApplicationMessage.Payload);
            if (json.RootElement.GetProperty("type").GetString() == "io.edgeagent.window.scored")
                _arrived[json.RootElement.GetProperty("time").GetDateTimeOffset()] = now;
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _scenario.Hub.Port).Build());
        await client.SubscribeAsync("anomalies/#", MqttQualityOfServiceLevel.AtMostOnce);
        return client;
    }

    /// <summary>13 digits of Unix milliseconds behind <c>{"ts":</c>.</summary>
    private static DateTimeOffset TimeOf(byte[] payload) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Encoding.ASCII.GetString(payload, 6, 13), CultureInfo.InvariantCulture));
}

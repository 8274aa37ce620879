using System.Diagnostics;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Demo;

/// <summary>Publishes the plant's messages at a chosen multiple of their recorded speed, QoS 1, like any sensor gateway.</summary>
internal sealed class DemoSensors(DemoPlant plant, string host, int port, double speed, DemoStatistics statistics)
{
    public async Task RunAsync(CancellationToken stop)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer(host, port).WithClientId("demo-sensors").Build();
        await client.ConnectAsync(options, stop).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        foreach (var message in plant.Messages)
        {
            var early = message.Due / speed - watch.Elapsed;
            if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, stop).ConfigureAwait(false);
            // The end comes between two messages: what is counted as sent is sent.
            stop.ThrowIfCancellationRequested();
            statistics.Sent(plant.Devices[message.Device], message.TimeTicks);
            await client.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic(plant.TopicOf(message))
                .WithPayload(message.Payload)
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
                .Build(), CancellationToken.None).ConfigureAwait(false);
        }
    }
}

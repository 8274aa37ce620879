using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using EdgeAgent.Demo;
using EdgeAgent.Recordings;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeAgent.Scenarios;

/// <summary>Sensors that play the recording of a real pump with a real fault, as fast as the broker takes it.</summary>
internal static class Plant
{
    public const string Device = "pump-1";

    private static readonly DemoPlant Recorded = DemoPlant.Load(RecordingFiles.Find([Repository.Recording]));

    public static int Readings => Recorded.Messages.Count;

    public static IReadOnlyList<byte[]> Payloads { get; } = [.. Recorded.Messages.Select(m => m.Payload)];

    /// <summary>Publishes readings [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public static async Task Publish(
        RealBroker broker, int from, int to, int qos = 1, Func<IMqttClient, int, Task>? between = null, string device = Device)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(ClientOf(broker));
        for (var i = from; i < to; i++)
        {
            await Send(client, $"plant/{device}/telemetry", Payloads[i], qos);
            if (between is not null) await between(client, i);
        }
        // MQTTnet closes with a reset, which throws away what the broker has not read yet; this one is answered after all others.
        await Send(client, "plant/published", [], qos: 1);
        await client.DisconnectAsync();
    }

    /// <summary>How a client other than the agent connects.</summary>
    public static MqttClientOptions ClientOf(RealBroker broker) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", broker.Port)
        .WithProtocolVersion(broker.KnowsVersion5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
        .Build();

    public static Task Send(IMqttClient client, string topic, byte[] payload, int qos = 1, bool isRetained = false) => client.PublishAsync(
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(isRetained)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).Build());

    /// <summary>Publishes one message.</summary>
    public static async Task Publish(RealBroker broker, string topic, byte[] payload, bool isRetained = false)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(ClientOf(broker));
        await Send(client, topic, payload, isRetained: isRetained);
        await client.DisconnectAsync();
    }
}

/// <summary>A program upstream that writes down every event, and how often each came.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<string> _events = new();

    /// <summary>Event payloads in the order of arrival, repeats included.</summary>
    public IReadOnlyList<string> Events => [.. _events];
    public IReadOnlySet<string> Distinct => Events.ToHashSet();

    public static async Task<Consumer> Start(RealBroker broker, string topics = "anomalies/#")
    {
        var consumer = new Consumer();
        consumer._client.ApplicationMessageReceivedAsync += arrived =>
        {
            consumer._events.Enqueue(Encoding.UTF8.GetString(arrived.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
        await consumer._client.ConnectAsync(Plant.ClientOf(broker));
        await consumer._client.SubscribeAsync(topics, MqttQualityOfServiceLevel.AtLeastOnce);
        return consumer;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.DisconnectAsync();
        }
        catch (Exception e) when (
            e is MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException or OperationCanceledException)
        {
            // Its broker may be gone by now.
        }
        _client.Dispose();
    }
}

using System.Buffers;
using MQTTnet;

namespace EdgeAgent.Demo;

/// <summary>Stands for the programs upstream: subscribes to the anomalies and hands each on.</summary>
internal sealed class DemoConsumer(string host, int port, Action<DemoEvent, int> onEvent) : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    public async Task StartAsync()
    {
        _client.ApplicationMessageReceivedAsync += arrived =>
        {
            var payload = arrived.ApplicationMessage.Payload.ToArray();
            if (DemoEvent.Read(payload) is { } demoEvent) onEvent(demoEvent, payload.Length + arrived.ApplicationMessage.Topic.Length);
            return Task.CompletedTask;
        };
        await _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer(host, port).WithClientId("demo-consumer").Build())
            .ConfigureAwait(false);
        await _client.SubscribeAsync("anomalies/#").ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisconnectAsync().ConfigureAwait(false);
        _client.Dispose();
    }
}

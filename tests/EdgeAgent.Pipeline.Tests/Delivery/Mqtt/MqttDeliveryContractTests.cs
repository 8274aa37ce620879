using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Tests.Sources.Mqtt;
using EdgeAgent.Pipeline.Tests.Outbox;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>The contract holds for an MQTT broker.</summary>
public sealed class MqttDeliveryContractTests : DeliveryContract, IAsyncDisposable
{
    private readonly ScriptedBroker _broker = new();
    private readonly HubBench _bench;
    private readonly Dictionary<string, HubPublish> _received = [];
    private BrokerConnection? _connection;

    public MqttDeliveryContractTests() =>
        _bench = new HubBench(
            _broker.Port, o => (o.Delivery.Mqtt.AckTimeout, o.Mqtt.KeepAlive) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)), Time);

    internal override OutboxBench Store => _bench.Store;

    internal override IDelivery Delivery => _bench.Link;

    protected override bool HasNext => _connection!.HasBytes;

    protected override async Task ConnectAsync()
    {
        var accepted = _broker.OpenHubAsync();
        // The pause before it is by the test's clock.
        while (!accepted.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }
        _connection = await accepted;
    }

    protected override async Task<string> NextAsync()
    {
        var publish = await _connection!.ReadPublishAsync();
        _received[publish.Event] = publish;
        return publish.Event;
    }

    internal override Task AnswerAsync(string id, DeliveryOutcome outcome) => _connection!.AckAsync(_received[id], outcome switch
    {
        DeliveryOutcome.Accepted => 0x00,
        DeliveryOutcome.Later => 0x83,
        DeliveryOutcome.Never => 0x99,
        _ => 0x96,
    });

    protected override Task EndAsync()
    {
        _connection!.Dispose();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _connection?.Dispose();
        _broker.Dispose();
    }
}

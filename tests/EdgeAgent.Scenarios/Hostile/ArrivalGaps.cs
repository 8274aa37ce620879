using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>When messages that say something came to a plain client of a broker.</summary>
internal sealed class ArrivalGaps : Gaps
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    /// <param name="broker">Where it listens.</param>
    /// <param name="topic">Its filter.</param>
    /// <param name="says">A part of each payload that counts.</param>
    public static async Task<ArrivalGaps> Listen(RealBroker broker, string topic, string says)
    {
        var gaps = new ArrivalGaps();
        gaps._client.ApplicationMessageReceivedAsync += arrived =>
        {
            if (arrived.ApplicationMessage.ConvertPayloadToString().Contains(says, StringComparison.Ordinal)) gaps.Note();
            return Task.CompletedTask;
        };
        await gaps._client.ConnectAsync(Plant.ClientOf(broker));
        await gaps._client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtMostOnce);
        return gaps;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_client.IsConnected) await _client.DisconnectAsync();
        _client.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>When messages that say something came to a plain client of a broker, and how long none came.</summary>
internal sealed class ArrivalGaps : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly ConcurrentQueue<long> _arrivals = new();

    public int Count => _arrivals.Count;

    /// <param name="broker">Where it listens.</param>
    /// <param name="topic">Its filter.</param>
    /// <param name="says">A part of each payload that counts.</param>
    public static async Task<ArrivalGaps> Listen(RealBroker broker, string topic, string says)
    {
        var gaps = new ArrivalGaps();
        gaps._client.ApplicationMessageReceivedAsync += arrived =>
        {
            if (arrived.ApplicationMessage.ConvertPayloadToString().Contains(says, StringComparison.Ordinal))
                gaps._arrivals.Enqueue(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        };
        await gaps._client.ConnectAsync(Plant.ClientOf(broker));
        await gaps._client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtMostOnce);
        return gaps;
    }

    /// <summary>The longest time without a message between two moments.</summary>
    public TimeSpan Longest(long from, long to)
    {
        long longest = 0, before = from;
        foreach (var at in _arrivals.Where(a => a > from && a < to).Append(to))
        {
            longest = Math.Max(longest, at - before);
            before = at;
        }
        return Stopwatch.GetElapsedTime(0, longest);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected) await _client.DisconnectAsync();
        _client.Dispose();
    }
}

using System.Text;
using EdgeAgent.Mqtt;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Listening;

/// <summary>
/// Hears what a broker publishes, on a connection of its own: another client id, a clean session, QoS 0, no last will. The agent's
/// session is not touched, and nothing is published. One thread listens, and hands each message over.
/// </summary>
/// <param name="mqtt">Where to, and as whom.</param>
/// <param name="clientId">Who the broker is to know it as; the number of the process is added.</param>
/// <param name="topics">Topic filters.</param>
/// <param name="payloadLimit">Bytes of a payload that are kept.</param>
/// <param name="heard">Takes each message, on the listening thread.</param>
internal sealed class BrokerListener(
    MqttOptions mqtt, string clientId, IReadOnlyList<string> topics, int payloadLimit, Action<HeardMessage> heard) : IMqttSessionHandler
{
    private const int HeaderBytes = 128 * 1024;

    /// <summary>Told when the broker has accepted the subscriptions.</summary>
    public Action? Subscribed { get; init; }

    /// <summary>Which messages that the broker kept from before it sends at first.</summary>
    public RetainHandling Retained { get; init; } = RetainHandling.Never;

    /// <summary>Listens until it is told to stop.</summary>
    /// <exception cref="MqttException">There is no connection, or it has ended; the message says why.</exception>
    public void Listen(CancellationToken stop)
    {
        try
        {
            using var session = Open(stop);
            // A member of a shared subscription would take messages away from the agent.
            var plain = topics.Select(TopicFilter.WithoutShare).ToList();
            session.Subscribe([.. TopicFilter.WithoutCovered(plain).Select(t => new MqttFilter(t, 0, Retained))]);
            session.Run(this, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to stop before it was connected.
        }
    }

    bool IMqttSessionHandler.OnPublish(in PublishPacket packet, int token)
    {
        var isCut = packet.IsCut || packet.Payload.Length > payloadLimit;
        var payload = packet.Payload[..Math.Min(packet.Payload.Length, payloadLimit)].ToArray();
        heard(new HeardMessage(Encoding.UTF8.GetString(packet.Topic), payload, DateTime.UtcNow.Ticks, packet.IsRetained, isCut));
        return true;
    }

    void IMqttSessionHandler.OnSubscribed() => Subscribed?.Invoke();

    void IMqttSessionHandler.OnPublishAnswered(in PublishAnswer answer)
    {
    }

    void IMqttSessionHandler.OnIdle()
    {
    }

    void IMqttSessionHandler.OnStopping()
    {
    }

    private MqttSession Open(CancellationToken stop)
    {
        var version = new VersionChoice(mqtt.Version);
        while (true)
        {
            try
            {
                return MqttSession.Open(mqtt, new MqttSessionOptions
                {
                    ClientId = $"{clientId}-{Environment.ProcessId}", Version = version.Current,
                    BufferLimit = payloadLimit + HeaderBytes,
                }, TimeProvider.System, stop);
            }
            catch (MqttException e) when (version.Refused(e))
            {
                // The other version is tried.
            }
        }
    }
}

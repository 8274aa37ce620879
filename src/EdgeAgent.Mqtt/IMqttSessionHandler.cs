using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt;

/// <summary>Receives what happens on a session. Every call comes on the session's own thread.</summary>
public interface IMqttSessionHandler
{
    /// <summary>A message arrived.</summary>
    /// <param name="packet">Valid for the call only.</param>
    /// <param name="token">Stands for the message in <see cref="MqttSession.Finish"/>; −1: it needs no acknowledgement.</param>
    /// <returns>False: there is no room now. The session stops reading and offers the message again when it is woken.</returns>
    bool OnPublish(in PublishPacket packet, int token);

    /// <summary>The broker has answered all requests for subscriptions, and this connection has one at least.</summary>
    void OnSubscribed();

    /// <summary>
    /// Comes before <see cref="OnSubscribed"/> where the broker has granted some filters and refused these. Who has no use for the
    /// others throws.
    /// </summary>
    void OnRefused(IReadOnlyList<RefusedFilter> refused) => throw refused[0].ToException();

    /// <summary>The broker has answered an UNSUBSCRIBE.</summary>
    void OnUnsubscribed()
    {
    }

    /// <summary>The broker has answered a publish.</summary>
    void OnPublishAnswered(in PublishAnswer answer);

    /// <summary>
    /// Nothing more is at hand: before the session waits, and each time it was woken. What is written here goes out in one write
    /// afterwards.
    /// </summary>
    void OnIdle();

    /// <summary>
    /// The session is told to stop and reads no more. When this returns it acknowledges what is finished and says goodbye.
    /// </summary>
    void OnStopping();
}

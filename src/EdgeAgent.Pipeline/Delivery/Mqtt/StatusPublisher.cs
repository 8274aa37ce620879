namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>
/// Keeps the retained status current while there is a connection. It is no event: it is never queued, and what could not be
/// published is published again on the next connection.
/// </summary>
internal sealed class StatusPublisher(AgentIdentity identity, TimeSpan every, Func<AgentFigures> figures, TimeProvider time)
{
    private AgentFigures _published;

    /// <summary>Publishes that the agent is there; first on each new connection, before any event.</summary>
    public Task PublishOnlineAsync(MqttDeliverySession session, CancellationToken cancel)
    {
        _published = figures();
        return session.PublishAsync(MqttMessage.Status(identity, AgentStatus.Online(identity, time.GetUtcNow(), _published)), cancel);
    }

    public Task PublishOfflineAsync(MqttDeliverySession session, CancellationToken cancel) =>
        session.PublishAsync(MqttMessage.Status(identity, AgentStatus.Offline(identity, time.GetUtcNow(), figures())), cancel);

    /// <summary>Publishes changes now and then, until the connection ends.</summary>
    public async Task KeepCurrentAsync(MqttDeliverySession session, CancellationToken ended)
    {
        if (every <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            if (figures() != _published) await PublishOnlineAsync(session, ended).ConfigureAwait(false);
    }
}

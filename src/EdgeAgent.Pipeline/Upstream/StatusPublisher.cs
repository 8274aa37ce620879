namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Keeps the retained status upstream current while there is a connection. It is no event: it is never queued, and what
/// could not be said is said anew on the next connection.
/// </summary>
internal sealed class StatusPublisher(AgentOptions agent, Func<AgentFigures> figures, TimeProvider time)
{
    private AgentFigures _said;

    /// <summary>The birth: said on each new connection, before any event.</summary>
    public Task SayOnlineAsync(UpstreamSession session, CancellationToken cancel)
    {
        _said = figures();
        return session.PublishAsync(UpstreamMessages.Status(agent, AgentStatus.Online(agent, time.GetUtcNow(), _said)), cancel);
    }

    public Task SayOfflineAsync(UpstreamSession session, CancellationToken cancel) =>
        session.PublishAsync(UpstreamMessages.Status(agent, AgentStatus.Offline(agent, time.GetUtcNow(), figures())), cancel);

    /// <summary>Says again what has changed, now and then, until the connection ends.</summary>
    public async Task KeepCurrentAsync(UpstreamSession session, CancellationToken ended)
    {
        if (agent.Upstream.StatusEvery <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(agent.Upstream.StatusEvery, time);
        while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            if (figures() != _said) await SayOnlineAsync(session, ended).ConfigureAwait(false);
    }
}

using MQTTnet;
using MQTTnet.Exceptions;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// Keeps the retained status upstream current while there is a connection. It is no event: it is never queued, and what
/// could not be said is said anew on the next connection.
/// </summary>
internal sealed class StatusPublisher(AgentOptions agent, Func<AgentFigures> figures, TimeProvider time)
{
    private AgentFigures _said;

    /// <summary>The birth: said on each new connection, before any event.</summary>
    public async Task SayOnlineAsync(IMqttClient client, CancellationToken cancel)
    {
        _said = figures();
        await client.PublishAsync(UpstreamMessages.Status(agent, AgentStatus.Online(agent, time.GetUtcNow(), _said)), cancel).ConfigureAwait(false);
    }

    public Task SayOfflineAsync(IMqttClient client, CancellationToken cancel) =>
        client.PublishAsync(UpstreamMessages.Status(agent, AgentStatus.Offline(agent, time.GetUtcNow(), figures())), cancel);

    /// <summary>Says again what has changed, now and then, until the connection ends.</summary>
    public async Task KeepCurrentAsync(IMqttClient client, CancellationToken ended)
    {
        if (agent.Upstream.StatusEvery <= TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(agent.Upstream.StatusEvery, time);
        while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
        {
            if (figures() == _said) continue;
            try
            {
                await SayOnlineAsync(client, ended).ConfigureAwait(false);
            }
            catch (MqttCommunicationException)
            {
                // The connection is ending; the session sees to that.
            }
        }
    }
}

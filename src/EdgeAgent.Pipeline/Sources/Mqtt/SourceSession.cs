using EdgeAgent.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>How a source asks its broker for a session.</summary>
internal static class SourceSession
{
    /// <summary>A topic is never longer.</summary>
    private const int TopicBytesLimit = 64 * 1024;
    private const int ReadAheadBytes = 64 * 1024;
    private const uint ExpirySeconds = 7 * 24 * 3600;

    /// <summary>Connects, in the other version of the protocol where the broker does not know the first.</summary>
    /// <param name="source">The source.</param>
    /// <param name="clientId">Who the broker knows it as.</param>
    /// <param name="version">Of the protocol.</param>
    /// <param name="share">Shares the devices; null: all are this agent's.</param>
    /// <param name="repeats">Messages that may come again, of which the connection before knows; null: nobody knows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of the version.</param>
    /// <param name="stop">Gives up.</param>
    public static MqttSession Open(
        SourceOptions source, string clientId, VersionChoice version, ShareGroup? share, int? repeats, TimeProvider time, ILogger logger,
        CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var session = MqttSession.Open(source.Mqtt, Options(source, clientId, version.Current, share, repeats), time, stop);
                version.Accepted();
                return session;
            }
            catch (MqttException e) when (version.Refused(e))
            {
                logger.VersionChanged(source.Name, source.Mqtt.Url);
            }
        }
    }

    /// <param name="source">The source.</param>
    /// <param name="clientId">Who the broker knows it as.</param>
    /// <param name="version">Of the protocol.</param>
    /// <param name="share">Shares the devices; null: all are this agent's.</param>
    /// <param name="repeats">Messages that may come again, of which the connection before knows; null: nobody knows.</param>
    private static MqttSessionOptions Options(
        SourceOptions source, string clientId, MqttVersion version, ShareGroup? share, int? repeats) => new()
    {
        ClientId = clientId,
        Version = version,
        IsCleanStart = !source.PersistentSession,
        SessionExpirySeconds = source.PersistentSession ? share?.SessionExpirySeconds ?? ExpirySeconds : 0,
        ReceiveMaximum = source.ReceiveLimit,
        BufferLimit = source.PayloadLimit + TopicBytesLimit + ReadAheadBytes,
        RepeatLimit = repeats,
        // Retained, in place of what was retained there. Brokers publish it only when there was no goodbye, so there is none.
        Will = share is null ? null : new MqttWill(share.Topic, share.Will, share.WillDelaySeconds),
        LeavesWithWill = share is not null,
    };
}

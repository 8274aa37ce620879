using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>What a source tells in the log.</summary>
internal static partial class SourceLog
{
    [LoggerMessage(LogLevel.Information, "source {Source} subscribed at {Url} to {Topics}")]
    public static partial void SourceConnected(this ILogger logger, string source, string url, string topics);

    [LoggerMessage(LogLevel.Information, "source {Source} unsubscribes from {Topics}: its session had them from an earlier configuration")]
    public static partial void FiltersGone(this ILogger logger, string source, string topics);

    [LoggerMessage(LogLevel.Warning, "source {Source} has no connection to {Url}: {Failure}. Next try in {Pause:0.0} s")]
    public static partial void SourceDisconnected(this ILogger logger, string source, string url, string failure, double pause);

    [LoggerMessage(LogLevel.Warning,
        "source {Source}: the broker at {Url} has not kept the session: readings that were sent while the agent was away are lost")]
    public static partial void SessionLost(this ILogger logger, string source, string url);

    [LoggerMessage(LogLevel.Information, "source {Source}: the broker at {Url} does not accept MQTT 5; MQTT 3.1.1 is used")]
    public static partial void VersionChanged(this ILogger logger, string source, string url);

    [LoggerMessage(LogLevel.Information,
        "source {Source} sends qualities of OPC DA: 0 is bad from now on. To say it outright, set quality = {{ path = \"...\", "
            + "codes = \"opc-da\" }}, or \"opc-ua\" where 0 is good")]
    public static partial void ZeroIsBad(this ILogger logger, string source);
}

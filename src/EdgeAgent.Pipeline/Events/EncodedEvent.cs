namespace EdgeAgent.Pipeline.Events;

/// <summary>An event as it will be sent. The payload is encoded once and never changed.</summary>
/// <param name="Id">Stable over retries, replays and restarts.</param>
/// <param name="Topic">Topic to publish it under.</param>
/// <param name="Payload">The message.</param>
/// <param name="Severity">How bad.</param>
internal readonly record struct EncodedEvent(string Id, string Topic, byte[] Payload, Severity Severity);

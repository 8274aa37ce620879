namespace EdgeAgent.Pipeline.Delivery.Mqtt;

/// <summary>A publish that the broker had not answered when the connection ended.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="IsEvent">False: it was the agent's own status.</param>
/// <param name="Age">How long it had waited.</param>
internal readonly record struct Unanswered(string Topic, bool IsEvent, TimeSpan Age);

namespace EdgeAgent.Listening;

/// <summary>A message as it was heard or recorded.</summary>
/// <param name="Topic">Where it came.</param>
/// <param name="Payload">What was sent, as far as it was kept.</param>
/// <param name="ArrivalTicks">UTC time of arrival; 0: nobody knows.</param>
/// <param name="IsRetained">The broker had kept it from before.</param>
/// <param name="IsCut">It is larger than what was kept of it.</param>
internal sealed record HeardMessage(string Topic, byte[] Payload, long ArrivalTicks, bool IsRetained = false, bool IsCut = false);

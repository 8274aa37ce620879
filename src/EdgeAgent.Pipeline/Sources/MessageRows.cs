namespace EdgeAgent.Pipeline.Sources;

/// <summary>The readings that one message brings of one device, and how to acknowledge them.</summary>
/// <param name="Device">Whose readings they are.</param>
/// <param name="FirstRow">Their place in the batch; oldest first.</param>
/// <param name="Rows">How many they are, at least one.</param>
/// <param name="Acknowledger">Who waits; null: nobody (QoS 0, recordings).</param>
/// <param name="Token">Stands for the message there.</param>
/// <param name="MayRepeat">The message may have come before.</param>
/// <param name="ArrivalTicks">UTC time of arrival, in ticks of 100 ns; 0: unknown.</param>
internal readonly record struct MessageRows(
    Device Device, int FirstRow, int Rows, IAcknowledger? Acknowledger, int Token, bool MayRepeat, long ArrivalTicks);

/// <summary>One reading in a batch.</summary>
/// <param name="TimeTicks">Event time in UTC ticks.</param>
/// <param name="FirstValue">Where its values lie in the batch.</param>
/// <param name="Values">How many there are, one a channel.</param>
internal readonly record struct Row(long TimeTicks, int FirstValue, int Values);

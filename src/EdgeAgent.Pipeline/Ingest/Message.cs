using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Ingest;

/// <summary>One message as it arrived: its device, where its payload lies in the batch, and how to acknowledge it.</summary>
/// <param name="Device">Who sent it.</param>
/// <param name="Offset">Start of the payload in the batch's bytes.</param>
/// <param name="Length">Bytes of payload.</param>
/// <param name="ArrivalTicks">UTC time of arrival in ticks of 100 ns.</param>
/// <param name="Acks">Where to acknowledge; null where nobody waits (QoS 0, recordings).</param>
/// <param name="AckSlot">Place in <paramref name="Acks"/>.</param>
/// <param name="Redelivered">The broker says that it may have sent this message before.</param>
internal readonly record struct Message(Device Device, int Offset, int Length, long ArrivalTicks, AckWindow? Acks, int AckSlot, bool Redelivered);

using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>The check sum of a row: over all that will be sent and all that decides when, so that nothing damaged goes out.</summary>
internal static class RowSum
{
    public static long Of(OutboxEntry entry) => Of(entry, entry.CreatedTicks);

    public static long Of(OutboxEntry entry, long createdTicks) => Of(
        entry.Sequence, (int)entry.Severity, createdTicks, Encoding.UTF8.GetBytes(entry.Id), Encoding.UTF8.GetBytes(entry.Topic), entry.Payload);

    /// <summary>The sequence is in it, too: a row that turned up in another's place is damaged.</summary>
    public static long Of(long sequence, long severity, long created, ReadOnlySpan<byte> id, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[32];
        BinaryPrimitives.WriteInt64LittleEndian(head, sequence);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], severity);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], created);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], id.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], topic.Length);
        return CheckSum.Of(payload, CheckSum.Of(topic, CheckSum.Of(id, CheckSum.Of(head))));
    }
}

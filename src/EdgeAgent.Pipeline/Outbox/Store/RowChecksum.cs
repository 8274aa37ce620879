using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// Computes the checksum of a row: over all that will be sent and all that decides when, so that nothing damaged goes out.
/// </summary>
internal static class RowChecksum
{
    private const int StackBytes = 512;

    public static long Of(in StoredEvent row) => Of(row, row.Entry.CreatedTicks);

    public static long Of(in StoredEvent row, long createdTicks)
    {
        var (id, topic) = (row.Entry.Id, row.Entry.Topic);
        var (idBytes, topicBytes) = (Encoding.UTF8.GetByteCount(id), Encoding.UTF8.GetByteCount(topic));
        var text = idBytes + topicBytes <= StackBytes ? stackalloc byte[StackBytes] : new byte[idBytes + topicBytes];
        Encoding.UTF8.GetBytes(id, text);
        Encoding.UTF8.GetBytes(topic, text[idBytes..]);
        return Of(row.Sequence, (int)row.Entry.Severity, createdTicks, text[..idBytes], text.Slice(idBytes, topicBytes), row.Entry.Payload);
    }

    /// <summary>The sequence is in it, too: a row that turned up in another's place is damaged.</summary>
    public static long Of(long sequence, long severity, long created, ReadOnlySpan<byte> id, ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload)
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

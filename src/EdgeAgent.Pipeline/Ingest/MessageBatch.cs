using System.Threading.Channels;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Ingest;

/// <summary>
/// Messages on their way from one connection to one lane, payloads copied once into memory of the batch's own. Who
/// takes it from a border owns it, and returns it to the pool it came from.
/// </summary>
internal sealed class MessageBatch(ChannelWriter<MessageBatch> pool)
{
    private const int MessageLimit = 512;
    private const int UsualBytes = 64 * 1024;

    private readonly Message[] _messages = new Message[MessageLimit];
    private byte[] _bytes = new byte[UsualBytes];
    private int _used;

    public int Count { get; private set; }

    public ReadOnlySpan<Message> Messages => _messages.AsSpan(0, Count);

    public ReadOnlySpan<byte> Payload(in Message message) => _bytes.AsSpan(message.Offset, message.Length);

    /// <summary>Whether a payload of this length still fits. An empty batch takes any.</summary>
    public bool HasRoom(int payloadBytes) => Count < MessageLimit && (Count == 0 || _used + payloadBytes <= _bytes.Length);

    /// <summary>Adds a message; the caller has asked <see cref="HasRoom"/>.</summary>
    public void Add(Device device, ReadOnlySpan<byte> payload, long arrivalTicks, AckWindow? acks = null, int ackSlot = 0, bool redelivered = false)
    {
        if (payload.Length > _bytes.Length) _bytes = new byte[payload.Length];
        payload.CopyTo(_bytes.AsSpan(_used));
        _messages[Count++] = new Message(device, _used, payload.Length, arrivalTicks, acks, ackSlot, redelivered);
        _used += payload.Length;
    }

    /// <summary>Empties the batch and gives it back. Memory beyond the usual is let go.</summary>
    public void Return()
    {
        Array.Clear(_messages, 0, Count);
        Count = 0;
        _used = 0;
        if (_bytes.Length > UsualBytes) _bytes = new byte[UsualBytes];
        pool.TryWrite(this);
    }
}

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// The QoS 1 messages of one connection that are not acknowledged yet. Lanes finish in any order, the protocol wants
/// the order of arrival [MQTT-4.6.0-2]: an acknowledgement goes out when all before it are finished too.
/// </summary>
/// <remarks><see cref="TryAdd"/> belongs to the receiving loop; the rest is for any thread.</remarks>
internal sealed class AckWindow
{
    private readonly ushort[] _packetIds;
    private readonly byte[] _finished;
    private readonly byte[] _packets;
    private readonly Action<ReadOnlySpan<byte>> _send;
    private readonly Lock _gate = new();
    private long _next;
    private long _oldest;

    /// <param name="limit">Messages that may be unacknowledged at once.</param>
    /// <param name="send">Writes packets to the connection; may throw when it is gone.</param>
    public AckWindow(int limit, Action<ReadOnlySpan<byte>> send)
    {
        _packetIds = new ushort[limit];
        _finished = new byte[limit];
        _packets = new byte[limit * PubAck.Length];
        _send = send;
    }

    /// <summary>Messages received and not acknowledged.</summary>
    public int Waiting => (int)(Volatile.Read(ref _next) - Volatile.Read(ref _oldest));

    /// <summary>Takes note of an arrived message; false when the window is full.</summary>
    public bool TryAdd(ushort packetId, out int slot)
    {
        slot = (int)(_next % _packetIds.Length);
        if (_next - Volatile.Read(ref _oldest) == _packetIds.Length) return false;
        _packetIds[slot] = packetId;
        Volatile.Write(ref _next, _next + 1);
        return true;
    }

    /// <summary>What the message caused is safe. It is acknowledged with the next <see cref="Flush"/>.</summary>
    public void Finish(int slot) => Volatile.Write(ref _finished[slot], 1);

    /// <summary>Sends every acknowledgement that is due, in one write.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            var bytes = 0;
            var next = Volatile.Read(ref _next);
            for (; _oldest < next; Volatile.Write(ref _oldest, _oldest + 1))
            {
                var slot = (int)(_oldest % _packetIds.Length);
                if (Volatile.Read(ref _finished[slot]) == 0) break;
                _finished[slot] = 0;
                bytes += PubAck.Write(_packets.AsSpan(bytes), _packetIds[slot]);
            }
            if (bytes > 0) _send(_packets.AsSpan(0, bytes));
        }
    }
}

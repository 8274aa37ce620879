namespace EdgeAgent.Mqtt;

/// <summary>
/// The QoS 1 messages of one connection that are not acknowledged yet. They are finished in any order and by any thread; the
/// protocol wants acknowledgements in the order of arrival [MQTT-4.6.0-2], so one is due when all before it are.
/// </summary>
/// <remarks><see cref="TryAdd"/> and <see cref="TryTakeDue"/> belong to the session's thread; the rest is for any.</remarks>
/// <param name="limit">Messages that may be unacknowledged at once.</param>
internal sealed class ReceiveWindow(int limit)
{
    private readonly ushort[] _packetIds = new ushort[limit];
    private readonly int[] _open = new int[limit];
    private long _next;
    private long _oldest;

    /// <summary>Messages received and not acknowledged.</summary>
    public int Waiting => (int)(Volatile.Read(ref _next) - Volatile.Read(ref _oldest));

    /// <summary>Takes note of an arrived message; false when the window is full.</summary>
    public bool TryAdd(ushort packetId, out int token)
    {
        token = (int)(_next % limit);
        if (_next - _oldest == limit) return false;
        _packetIds[token] = packetId;
        Volatile.Write(ref _open[token], 1);
        Volatile.Write(ref _next, _next + 1);
        return true;
    }

    /// <summary>Takes back the message that was added last: it is offered again later.</summary>
    public void Undo() => Volatile.Write(ref _next, _next - 1);

    /// <summary>So many more must finish the message before it is acknowledged.</summary>
    public void Hold(int token, int more) => Interlocked.Add(ref _open[token], more);

    /// <summary>One of those who hold the message has finished with it.</summary>
    public void Finish(int token) => Interlocked.Decrement(ref _open[token]);

    /// <summary>The next packet id to acknowledge.</summary>
    public bool TryTakeDue(out ushort packetId)
    {
        packetId = 0;
        if (_oldest == _next) return false;
        var token = (int)(_oldest % limit);
        if (Volatile.Read(ref _open[token]) > 0) return false;
        packetId = _packetIds[token];
        Volatile.Write(ref _oldest, _oldest + 1);
        return true;
    }
}

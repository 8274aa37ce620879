namespace EdgeAgent.Mqtt;

/// <summary>
/// The QoS 1 messages of one connection that are not acknowledged yet. They are finished in any order and by any thread; the
/// protocol wants acknowledgements in the order of arrival [MQTT-4.6.0-2], so one is due when all before it are.
/// </summary>
/// <remarks><see cref="Finish"/>, <see cref="Hold"/>, <see cref="Waiting"/> and <see cref="Unfinished"/> are for any thread; the rest
/// belongs to the
/// session's.</remarks>
/// <param name="limit">Messages that may be unacknowledged at once.</param>
internal sealed class ReceiveWindow(int limit)
{
    private readonly ushort[] _packetIds = new ushort[limit];
    private readonly int[] _open = new int[limit];
    /// <summary>For each ping under way, how many messages were acknowledged before it.</summary>
    private readonly Queue<long> _pings = new(4);
    private long _next;
    private long _oldest;
    private int _unfinished;
    private long _confirmed;
    private long _repeats;

    /// <summary>
    /// Messages that the broker may repeat on the next connection: those of the connections before that have not come again, and those
    /// whose acknowledgement may not have arrived. That it was sent proves nothing; the answer to a ping that was sent behind it does.
    /// </summary>
    public int PossibleRepeats => (int)(Math.Max(0, _repeats - _next) + _next - _confirmed);

    /// <summary>
    /// Whether the message that was added last may be one of an earlier connection. Until all these are here again any message may be one:
    /// not every broker marks them.
    /// </summary>
    public bool MayRepeat => _next <= _repeats;

    /// <summary>Messages received and not acknowledged.</summary>
    public int Waiting => (int)(Volatile.Read(ref _next) - Volatile.Read(ref _oldest));

    /// <summary>Messages that somebody still holds. For any thread.</summary>
    public int Unfinished => Volatile.Read(ref _unfinished);

    /// <summary>The first so many messages may have come on an earlier connection.</summary>
    public void ExpectRepeats(int limit) => _repeats = limit;

    /// <summary>Takes note of an arrived message; false when the window is full.</summary>
    public bool TryAdd(ushort packetId, out int token)
    {
        token = (int)(_next % limit);
        if (_next - _oldest == limit) return false;
        _packetIds[token] = packetId;
        Volatile.Write(ref _open[token], 1);
        Interlocked.Increment(ref _unfinished);
        Volatile.Write(ref _next, _next + 1);
        return true;
    }

    /// <summary>Takes back the message that was added last: it is offered again later.</summary>
    public void Undo()
    {
        Interlocked.Decrement(ref _unfinished);
        Volatile.Write(ref _next, _next - 1);
    }

    /// <summary>A ping goes out behind the acknowledgements taken so far.</summary>
    public void PingSent()
    {
        // The connection of a broker that answers none is dead before they are many.
        _pings.Enqueue(_oldest);
    }

    /// <summary>The broker has answered a ping.</summary>
    public void PingAnswered()
    {
        // Answers come in the order of the pings.
        if (_pings.TryDequeue(out var acknowledged)) _confirmed = acknowledged;
    }

    /// <summary>So many more must finish the message before it is acknowledged.</summary>
    public void Hold(int token, int more) => Interlocked.Add(ref _open[token], more);

    /// <summary>One of those who hold the message has finished with it.</summary>
    public void Finish(int token)
    {
        if (Interlocked.Decrement(ref _open[token]) == 0) Interlocked.Decrement(ref _unfinished);
    }

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

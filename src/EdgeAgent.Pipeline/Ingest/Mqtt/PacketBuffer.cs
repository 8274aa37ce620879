namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// Received bytes and the place of the packet that is being looked at. A packet larger than the buffer is shown cut, as
/// much of it as fits. Spans are good until the buffer changes. Belongs to the session's receiving loop.
/// </summary>
internal sealed class PacketBuffer(int capacityBytes)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacityBytes, pinned: true);
    private int _start;
    private int _end;

    /// <summary>Room behind what has been received; write there, then tell <see cref="Received"/>.</summary>
    public Memory<byte> Room => _bytes.AsMemory(_end);

    /// <summary>Whether the next packet is here: whole, or so much of it as the buffer holds.</summary>
    /// <exception cref="MqttProtocolException">It is no packet.</exception>
    public bool TryRead(out FixedHeader header) =>
        FixedHeader.TryRead(_bytes.AsSpan(_start, _end - _start), out header)
        && _end - _start >= Math.Min(header.PacketBytes, _bytes.Length);

    /// <summary>Whether the packet is larger than the buffer.</summary>
    public bool IsCut(in FixedHeader header) => header.PacketBytes > _bytes.Length;

    /// <summary>What follows the packet's header, as far as it is here.</summary>
    public ReadOnlySpan<byte> Body(in FixedHeader header) =>
        _bytes.AsSpan(_start + header.HeaderBytes, Math.Min(header.BodyBytes, _end - _start - header.HeaderBytes));

    /// <summary>Leaves bytes behind.</summary>
    /// <returns>How many of them have not been received yet; the buffer is empty then.</returns>
    public int Drop(int bytes)
    {
        var here = Math.Min(bytes, _end - _start);
        _start += here;
        if (here < bytes) _start = _end = 0;
        return bytes - here;
    }

    /// <summary>Makes all the room there is by moving what is left to the front.</summary>
    public void MoveToFront()
    {
        if (_start == 0) return;
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        _end -= _start;
        _start = 0;
    }

    public void Received(int bytes) => _end += bytes;
}

namespace EdgeAgent.Mqtt.Packets;

/// <summary>
/// Holds received bytes and the position of the current packet. A packet larger than the buffer is shown cut: as much of it as
/// fits. Spans are valid until the buffer changes. Belongs to the session's thread.
/// </summary>
/// <param name="limitBytes">The buffer starts small and grows to at most this size.</param>
internal sealed class PacketBuffer(int limitBytes)
{
    private const int FirstBytes = 32 * 1024;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(Math.Min(FirstBytes, limitBytes));
    private int _start;
    private int _end;

    /// <summary>Free space behind the received bytes; write there, then call <see cref="Received"/>.</summary>
    public Span<byte> Room => _bytes.AsSpan(_end);

    /// <summary>Whether the next packet is here: whole, or as much of it as the buffer can hold.</summary>
    /// <exception cref="MqttException">The bytes are no packet.</exception>
    public bool TryRead(out FixedHeader header)
    {
        if (!FixedHeader.TryRead(_bytes.AsSpan(_start, _end - _start), out header)) return false;
        return _end - _start >= Math.Min(header.PacketBytes, limitBytes);
    }

    /// <summary>The header of what has begun to come; false while not all of it is here.</summary>
    public bool TryPeek(out FixedHeader header) => FixedHeader.TryRead(_bytes.AsSpan(_start, _end - _start), out header);

    /// <summary>Whether the packet is larger than the buffer can become.</summary>
    public bool IsCut(in FixedHeader header) => header.PacketBytes > limitBytes;

    /// <summary>The bytes behind the packet's header, as far as they are here.</summary>
    public ReadOnlySpan<byte> Body(in FixedHeader header) =>
        _bytes.AsSpan(_start + header.HeaderBytes, Math.Min(header.BodyBytes, _end - _start - header.HeaderBytes));

    /// <summary>Skips bytes.</summary>
    /// <returns>How many of them have not been received yet; the buffer is empty then.</returns>
    public int Drop(int bytes)
    {
        var here = Math.Min(bytes, _end - _start);
        _start += here;
        if (_start == _end) _start = _end = 0;
        return bytes - here;
    }

    /// <summary>Makes room for more by moving what is left to the front, and by growing when a packet needs it.</summary>
    public void MakeRoom()
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }
        if (_end < _bytes.Length) return;
        Array.Resize(ref _bytes, Math.Min(limitBytes, 2 * _bytes.Length));
    }

    public void Received(int bytes) => _end += bytes;
}

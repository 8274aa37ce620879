using System.Net.Sockets;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>
/// What is written and not taken by the other side yet. Who writes never waits for a broker that reads nothing, so reading goes on;
/// a broker that takes nothing for too long ends the connection. Belongs to the socket's thread.
/// </summary>
/// <param name="socket">Does not block.</param>
internal sealed class SendBuffer(Socket socket)
{
    /// <summary>A larger buffer is given back when it is empty.</summary>
    private const int KeptBytes = 64 * 1024;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private long _tookAt;

    /// <summary>Bytes that wait.</summary>
    public int Count => _end - _start;

    /// <summary>How long the other side may go on taking nothing; infinite when nothing waits.</summary>
    public int TimeLeftMs => Count == 0
        ? Timeout.Infinite : (int)Math.Max(0, _tookAt + (long)SendTimeout.TotalMilliseconds - Environment.TickCount64);

    /// <summary>Sends what the other side takes now, and keeps the rest.</summary>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Count == 0) bytes = bytes[Send(bytes)..];
        if (bytes.IsEmpty) return;
        if (Count == 0) _tookAt = Environment.TickCount64;
        MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Sends of what waits as much as the other side takes; true when nothing is left.</summary>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public bool TrySendAll()
    {
        var sent = Send(_bytes.AsSpan(_start, Count));
        if (sent > 0) _tookAt = Environment.TickCount64;
        _start += sent;
        if (Count > 0) return false;
        (_start, _end) = (0, 0);
        if (_bytes.Length > KeptBytes) _bytes = [];
        return true;
    }

    /// <exception cref="IOException">The other side has taken nothing for too long.</exception>
    public void ThrowIfStuck()
    {
        if (TimeLeftMs == 0) throw new IOException($"the broker took nothing for {SendTimeout.TotalSeconds:0} s");
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            sent += socket.Send(bytes[sent..], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return sent;
            if (error != SocketError.Success) throw new SocketException((int)error);
        }
        return sent;
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes.Length - _end >= bytes) return;
        var waiting = _bytes.AsSpan(_start, Count);
        var room = _bytes.Length - Count >= bytes && _start >= Count ? _bytes : new byte[Math.Max(2 * _bytes.Length, Count + bytes)];
        waiting.CopyTo(room);
        (_bytes, _start, _end) = (room, 0, waiting.Length);
    }
}

using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeAgent.Files;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>
/// A TCP connection that one thread reads and writes. While that thread waits, any other can wake it; it then runs
/// <see cref="Woken"/> and goes on waiting. This works beneath TLS, too: the caller is inside its read then and may write.
/// </summary>
/// <remarks>
/// The socket never does anything asynchronous, so .NET does not register it with its own poll thread, which would be woken
/// by every message.
/// </remarks>
internal sealed class WakeableSocket : Stream
{
    private const int Interrupted = 4;

    private readonly Socket _socket;
    private readonly SendBuffer _unsent;
    private readonly WakeEvent _wake;
    private readonly int _handle;

    /// <param name="socket">Owned from now on.</param>
    /// <param name="wake">Wakes the thread that waits.</param>
    public WakeableSocket(Socket socket, WakeEvent wake)
    {
        (_socket, _wake, _unsent) = (socket, wake, new SendBuffer(socket));
        socket.Blocking = false;
        _handle = (int)socket.SafeHandle.DangerousGetHandle();
    }

    /// <summary>
    /// Runs on the waiting thread each time it was woken, and when all that waited to be sent is sent. What it throws ends the wait.
    /// </summary>
    public Action? Woken { get; set; }

    /// <summary>Bytes that are written and that the other side has not taken yet.</summary>
    public int UnsentBytes => _unsent.Count;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Waits until the connection is made.</summary>
    /// <exception cref="SocketException">It was not.</exception>
    public void FinishConnect()
    {
        WaitFor(Poll.Writable, Timeout.Infinite, isWakeable: true);
        var error = (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != 0) throw new SocketException(error);
    }

    /// <summary>Waits until it was woken, whatever arrives meanwhile.</summary>
    public void WaitForWake() => WaitFor(0, Timeout.Infinite, isWakeable: true);

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            WaitFor(Poll.Readable, Timeout.Infinite, isWakeable: true);
            var bytes = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success) return bytes;
            if (error != SocketError.WouldBlock) throw new SocketException((int)error);
        }
    }

    /// <summary>Never waits: what the other side does not take now is sent while the thread waits for something.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => _unsent.Write(buffer);

    /// <summary>
    /// Ends the sending side and waits a moment for the broker to close: closed at once, with bytes unread, the connection would
    /// be reset, and what was sent last might be lost.
    /// </summary>
    public void Linger(TimeSpan limit)
    {
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (_unsent.Count > 0)
            if (!WaitFor(Poll.Writable, (int)Math.Max(0, until - Environment.TickCount64), isWakeable: false)) return;
        _socket.Shutdown(SocketShutdown.Send);
        Span<byte> dropped = stackalloc byte[1024];
        while (until - Environment.TickCount64 is > 0 and var left && WaitFor(Poll.Readable, (int)left, isWakeable: false))
            if (_socket.Receive(dropped, SocketFlags.None, out var error) == 0 || error != SocketError.Success)
                return;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _socket.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Waits for the socket, or for the first wake where no event of the socket is asked for; what was not sent before is sent
    /// meanwhile. False: the time is up.
    /// </summary>
    private bool WaitFor(short events, int timeoutMs, bool isWakeable)
    {
        Span<PollRequest> handles = stackalloc PollRequest[2];
        var until = timeoutMs == Timeout.Infinite ? long.MaxValue : Environment.TickCount64 + timeoutMs;
        while (true)
        {
            _unsent.ThrowIfStuck();
            var wanted = _unsent.Count > 0 ? (short)(events | Poll.Writable) : events;
            handles[0] = new PollRequest(wanted == 0 ? -1 : _handle, wanted);
            handles[1] = new PollRequest(isWakeable ? _wake.Handle : -1, Poll.Readable);
            var ready = Poll.Wait(handles, WaitMs(until));
            if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw new IOException("poll failed");
            if (ready == 0 && Environment.TickCount64 >= until) return false;
            if (ready <= 0) continue;
            var returned = handles[0].Returned;
            var isAllSent = _unsent.Count > 0 && (returned & ~Poll.Readable) != 0 && _unsent.TrySendAll();
            var isWoken = handles[1].Returned != 0;
            if (isWoken) _wake.Reset();
            if (isWoken || (isAllSent && isWakeable)) Woken?.Invoke();
            if (isWoken && events == 0) return true;
            if (events != 0 && (returned & (events | Poll.Ended)) != 0) return true;
        }
    }

    /// <summary>Until the time is up, or what waits to be sent has waited for too long.</summary>
    private int WaitMs(long until)
    {
        var left = until == long.MaxValue ? Timeout.Infinite : (int)Math.Max(0, until - Environment.TickCount64);
        var unsent = _unsent.TimeLeftMs;
        return left < 0 ? unsent : unsent < 0 ? left : Math.Min(left, unsent);
    }
}

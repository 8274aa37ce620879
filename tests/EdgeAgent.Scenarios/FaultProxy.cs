using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios;

/// <summary>A way to a broker with the faults of real networks, which can be switched while connections are open.</summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly int _target;

    public FaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public string Url => $"mqtt://127.0.0.1:{Port}";

    /// <summary>Before each piece that is passed on.</summary>
    public TimeSpan Delay { get; set; }
    /// <summary>Both ends stay open and nothing comes through: what is sent is taken and lost.</summary>
    public bool IsHalfOpen { get; set; }
    /// <summary>What the client sends is taken and lost.</summary>
    public bool LosesRequests { get; set; }
    /// <summary>What the broker sends is taken and lost.</summary>
    public bool LosesAnswers { get; set; }
    /// <summary>Nothing is read: who sends finds its buffers full at last.</summary>
    public bool IsStalled { get; set; }
    /// <summary>Pieces of one byte.</summary>
    public bool Trickles { get; set; }
    /// <summary>The next piece from the broker has its first byte changed.</summary>
    public bool CorruptsOnce { get; set; }

    /// <summary>Resets all connections.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (var client in _open)
            {
                try
                {
                    // None: the copying has closed it already.
                    if (client.Client is { } socket) socket.LingerState = new LingerOption(true, 0);
                    client.Dispose();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // It has gone already.
                }
            }
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var inner = await _listener.AcceptTcpClientAsync();
                var outer = new TcpClient();
                try
                {
                    await outer.ConnectAsync(IPAddress.Loopback, _target);
                }
                catch (SocketException)
                {
                    inner.Dispose();
                    continue;
                }
                lock (_open) _open.AddRange([inner, outer]);
                _ = CopyAsync(inner, outer, isAnswer: false);
                _ = CopyAsync(outer, inner, isAnswer: true);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                while (IsStalled) await Task.Delay(10);
                var count = await from.GetStream().ReadAsync(buffer.AsMemory(0, Trickles ? 1 : buffer.Length));
                if (count == 0) break;
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay);
                if (IsHalfOpen || (isAnswer ? LosesAnswers : LosesRequests)) continue;
                if (isAnswer && CorruptsOnce)
                {
                    CorruptsOnce = false;
                    buffer[0] ^= 0xa5;
                }
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them has gone.
        }
        from.Dispose();
        to.Dispose();
    }
}

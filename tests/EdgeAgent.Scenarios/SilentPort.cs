using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios;

/// <summary>A way to a broker that can fall silent: what is sent is taken and goes nowhere, and nothing comes back.</summary>
internal sealed class SilentPort : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private volatile bool _isHushed;
    private long _bytesHushed;

    public SilentPort(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"mqtt://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    public long BytesHushed => Volatile.Read(ref _bytesHushed);

    public void Hush() => _isHushed = true;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var inner = await _listener.AcceptTcpClientAsync();
                var outer = new TcpClient();
                await outer.ConnectAsync(IPAddress.Loopback, _target);
                _ = CopyAsync(inner, outer);
                _ = CopyAsync(outer, inner);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await from.GetStream().ReadAsync(buffer)) > 0;)
            {
                if (_isHushed)
                    Interlocked.Add(ref _bytesHushed, count);
                else
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

using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Tests.Hosting;

/// <summary>A service manager's side of sd_notify: a real datagram socket, and what came over it.</summary>
internal sealed class FakeManager : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConcurrentQueue<string> _said = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-manager-");

    public FakeManager(bool isAbstract = false)
    {
        Address = isAbstract ? $"@edgeagent-test-{Guid.NewGuid():N}" : Path.Combine(_folder.FullName, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + Address[1..] : Address));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    /// <summary>What <c>NOTIFY_SOCKET</c> says.</summary>
    public string Address { get; }

    /// <summary>Each datagram, in the order of arrival.</summary>
    public IReadOnlyList<string> Said => [.. _said];

    public int Count(string line) => Said.Count(s => s.Split('\n').Contains(line));

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Listen()
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
                _said.Enqueue(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

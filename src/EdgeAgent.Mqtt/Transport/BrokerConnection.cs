using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Files;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>
/// The byte stream to a broker: TCP, or TLS over it. Belongs to the thread that opens it; only <see cref="Wake"/> is for any.
/// </summary>
internal sealed class BrokerConnection : IDisposable
{
    private static readonly TimeSpan LingerLimit = TimeSpan.FromSeconds(1);

    private readonly WakeEvent _wake = new();
    private WakeableSocket _socket = null!;
    private Stream _stream = null!;

    private BrokerConnection()
    {
    }

    /// <summary>The encrypted stream; null where the connection is plain.</summary>
    public SslStream? Tls => _stream as SslStream;

    /// <summary>Runs on the owning thread each time it was woken while it waits for the broker.</summary>
    public Action? Woken
    {
        set => _socket.Woken = value;
    }

    /// <summary>Connects; blocks until the connection is made, fails, or is given up.</summary>
    /// <param name="options">Where to, and which certificates.</param>
    /// <param name="names">Resolves the name of the host.</param>
    /// <param name="deadline">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static BrokerConnection Open(MqttOptions options, NameResolver names, CancellationToken deadline)
    {
        var address = BrokerAddress.Of(options.Url);
        if (address.IsTls) OpenSsl.Require();
        var connection = new BrokerConnection();
        using var wakeOnCancel = deadline.Register(connection._wake.Set);
        try
        {
            connection._socket = connection.Connect(address, names, deadline);
            connection._stream = address.IsTls ? Secure(connection._socket, address.Host, options) : connection._socket;
            connection._socket.Woken = null;
            return connection;
        }
        catch (Exception e)
        {
            connection.Dispose();
            // TLS wraps what ended the wait in an exception of its own.
            if (e is not MqttException) deadline.ThrowIfCancellationRequested();
            throw e is SocketException or IOException or AuthenticationException ? MqttException.Of(e) : e;
        }
    }

    /// <summary>Waits for bytes; 0: the broker has closed the connection.</summary>
    public int Read(Span<byte> buffer) => _stream.Read(buffer);

    /// <summary>Bytes that are written and that the broker has not taken yet.</summary>
    public int UnsentBytes => _socket.UnsentBytes;

    /// <summary>Never waits for the broker.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Waits until it was woken; what arrives meanwhile stays where it is, and the broker has to wait.</summary>
    public void WaitForWake() => _socket.WaitForWake();

    /// <summary>Wakes the owning thread. For any thread.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Closes so that what was written last arrives.</summary>
    public void Close()
    {
        try
        {
            _socket.Linger(LingerLimit);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The broker was faster.
        }
        Dispose();
    }

    public void Dispose()
    {
        // Not SslStream: its goodbye would wait for a broker that takes nothing more.
        _socket?.Dispose();
        _wake.Dispose();
    }

    private WakeableSocket Connect(BrokerAddress address, NameResolver names, CancellationToken deadline)
    {
        SocketException? last = null;
        foreach (var ip in Resolve(address.Host, names, deadline))
        {
            var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var wakeable = new WakeableSocket(socket, _wake) { Woken = deadline.ThrowIfCancellationRequested };
            try
            {
                Begin(socket, new IPEndPoint(ip, address.Port));
                wakeable.FinishConnect();
                return wakeable;
            }
            catch (SocketException e)
            {
                last = e;
                wakeable.Dispose();
            }
            catch
            {
                wakeable.Dispose();
                throw;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static IPAddress[] Resolve(string host, NameResolver names, CancellationToken deadline)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip)) return [ip];
        try
        {
            return names.Resolve(host, deadline);
        }
        catch (OperationCanceledException e)
        {
            throw MqttException.NotResolved(host, MqttSession.OpenLimit, e);
        }
    }

    private static void Begin(Socket socket, IPEndPoint to)
    {
        try
        {
            socket.Connect(to);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The answer comes later.
        }
    }

    private static SslStream Secure(WakeableSocket socket, string host, MqttOptions options)
    {
        var secure = new SslStream(socket, leaveInnerStreamOpen: true);
        string? problem = null;
        try
        {
            var own = TlsDiagnostics.ReadOwn(options.CertFile, options.KeyFile);
            secure.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = TrustPolicy(options.CaFile),
                ClientCertificates = own is null ? null : [own],
                ApplicationProtocols = options.Alpn is null ? null : [new SslApplicationProtocol(options.Alpn)],
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    (problem = TlsDiagnostics.Explain(host, certificate, chain, errors, options.CaFile)) is null,
            });
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            throw new AuthenticationException(problem ?? TlsDiagnostics.Explain(e), e);
        }
    }

    /// <summary>Trusts the certificates of a PEM file instead of the system's.</summary>
    private static X509ChainPolicy? TrustPolicy(string? caFile)
    {
        if (caFile is null) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(NamedFile.ReadText(caFile, FileLimits.Certificate));
        return policy;
    }
}

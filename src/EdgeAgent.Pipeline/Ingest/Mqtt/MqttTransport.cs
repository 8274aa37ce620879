using EdgeAgent.Mqtt;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>Opens the byte stream to a broker: TCP, or TLS over it.</summary>
internal static class MqttTransport
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">No connection came about.</exception>
    public static async Task<Stream> OpenAsync(MqttOptions options, CancellationToken cancel)
    {
        var uri = new Uri(options.Url);
        var isTls = uri.Scheme == "mqtts";
        if (isTls) OpenSsl.Require();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = (int)SendTimeout.TotalMilliseconds,
        };
        try
        {
            await socket.ConnectAsync(uri.Host, PortOf(uri), timeout.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return isTls ? await SecureAsync(stream, uri.Host, options, timeout.Token).ConfigureAwait(false) : stream;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"no answer within {ConnectTimeout.TotalSeconds:0} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static int PortOf(Uri uri) => uri.Port > 0 ? uri.Port : uri.Scheme == "mqtts" ? TlsPort : PlainPort;

    /// <summary>The first line of a password file; null where none is configured.</summary>
    public static string? ReadPassword(MqttOptions options)
    {
        if (options.PasswordFile is null) return null;
        using var reader = new StreamReader(options.PasswordFile);
        return reader.ReadLine() ?? "";
    }

    /// <summary>Trusts the certificates of a PEM file instead of the system's.</summary>
    public static X509ChainPolicy? TrustPolicy(string? caFile)
    {
        if (caFile is null) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }

    private static async Task<Stream> SecureAsync(NetworkStream stream, string host, MqttOptions options, CancellationToken cancel)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        string? trouble = null;
        try
        {
            var own = TlsTroubles.ReadOwn(options.CertFile, options.KeyFile);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                CertificateChainPolicy = TrustPolicy(options.CaFile),
                ClientCertificates = own is null ? null : [own],
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    (trouble = TlsTroubles.Explain(host, certificate, chain, errors, options.CaFile)) is null,
            }, cancel).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationException(trouble ?? TlsTroubles.Explain(e), e);
        }
    }
}

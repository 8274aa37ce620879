using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connection = EdgeAgent.Mqtt.Transport.BrokerConnection;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>Where several protocols share a port, the TLS handshake names the one that is wanted.</summary>
public sealed class AlpnTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("x-amzn-mqtt-ca")]
    [InlineData(null)]
    public async Task The_handshake_asks_for_the_protocol_that_is_configured(string? alpn)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = AskedAsync(listener, certificate);

        using var connection = await Task.Run(() => Connection.Open(new MqttOptions
        {
            Url = $"mqtts://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            CaFile = _temp.Write("ca.pem", certificate.ExportCertificatePem()), Alpn = alpn,
        }, Transport.NameResolver.OfSystem, CancellationToken.None));

        Assert.Equal(alpn ?? "", await asked);
        Assert.Equal(alpn ?? "", connection.Tls!.NegotiatedApplicationProtocol.ToString());
    }

    private static async Task<string> AskedAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate, ApplicationProtocols = [new SslApplicationProtocol("http/1.1"), new("x-amzn-mqtt-ca")],
        });
        return stream.NegotiatedApplicationProtocol.ToString();
    }
}

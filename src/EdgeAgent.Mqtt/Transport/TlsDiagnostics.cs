using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Files;

namespace EdgeAgent.Mqtt.Transport;

/// <summary>Loads certificates, and says what is wrong with one and what to do about it.</summary>
internal static class TlsDiagnostics
{
    /// <summary>The certificate that the agent shows; null: none is configured.</summary>
    /// <exception cref="AuthenticationException">It cannot be used.</exception>
    public static X509Certificate2? ReadOwn(string? certFile, string? keyFile)
    {
        if (certFile is null || keyFile is null) return null;
        try
        {
            return X509Certificate2.CreateFromPem(
                NamedFile.ReadText(certFile, FileLimits.Certificate), NamedFile.ReadText(keyFile, FileLimits.Certificate));
        }
        catch (NotAFileException e)
        {
            throw new AuthenticationException($"the client certificate cannot be used: cert_file or key_file {e.Problem}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // The system's words may hold a piece of what it read.
            throw new AuthenticationException(
                "the client certificate cannot be used: cert_file and key_file must be readable PEM files that belong together", e);
        }
    }

    /// <summary>What is wrong with the broker's certificate; null: nothing.</summary>
    public static string? Explain(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? caFile)
    {
        if (errors == SslPolicyErrors.None) return null;
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "the broker shows no certificate";
        var status = X509ChainStatusFlags.NoError;
        foreach (var one in chain?.ChainStatus ?? [])
            status |= one.Status;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid)) return NotNow(certificate, chain!);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return caFile is null
                ? "the broker's certificate is from nobody that this machine trusts: set ca_file to the certificate of its authority"
                : "the broker's certificate is not from the authority in ca_file: is that the right file?";
        return $"the broker's certificate is not for the name \"{host}\": "
            + "use a name that it is for in the url, or have one made with this name";
    }

    /// <summary>A gateway without a battery for its clock begins in the past; there a new certificate would not help.</summary>
    private static string NotNow(X509Certificate certificate, X509Chain chain)
    {
        var wrong = chain.ChainElements.FirstOrDefault(IsNotTimeValid)?.Certificate ?? (X509Certificate2)certificate;
        var isOwn = wrong.RawData.AsSpan().SequenceEqual(certificate.GetRawCertData());
        var whose = isOwn ? "the broker's certificate" : "the certificate of the broker's authority";
        var (now, from, until) = (DateTime.UtcNow, wrong.NotBefore.ToUniversalTime(), wrong.NotAfter.ToUniversalTime());
        return now < from
            ? string.Create(CultureInfo.InvariantCulture,
                $"{whose} is not valid yet (from {from:yyyy-MM-dd HH:mm} UTC; this machine has {now:yyyy-MM-dd HH:mm}): set this "
                    + $"machine's clock")
            : string.Create(CultureInfo.InvariantCulture,
                $"{whose} is no longer valid (until {until:yyyy-MM-dd HH:mm} UTC; this machine has {now:yyyy-MM-dd HH:mm})"
            ) + ": renew it, or set this machine's clock";
    }

    private static bool IsNotTimeValid(X509ChainElement element) =>
        element.ChainElementStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid);

    /// <summary>What a handshake that failed, or a connection that ended right after it, may mean.</summary>
    public static string Explain(Exception e)
    {
        var text = e.ToString();
        if (text.Contains("certificate required", StringComparison.Ordinal) || text.Contains("handshake failure", StringComparison.Ordinal))
            return "the broker wants a client certificate: set cert_file and key_file";
        var isOverCertificate = text.Contains("certificate", StringComparison.Ordinal)
            || text.Contains("unknown ca", StringComparison.Ordinal);
        if (isOverCertificate && text.Contains("alert", StringComparison.Ordinal))
            return "the broker does not accept the client certificate of cert_file";
        return e is AuthenticationException { Message: var own } && own.Contains("cert_file", StringComparison.Ordinal)
            ? own
            : $"no TLS connection came about ({e.GetBaseException().Message}): does the broker speak TLS on this port?";
    }

    /// <summary>Whether the other side ended the connection over a certificate.</summary>
    public static bool IsAlert(Exception e) => e is not AuthenticationException && e.ToString() is var text
        && text.Contains("alert", StringComparison.Ordinal) && text.Contains("SSL", StringComparison.OrdinalIgnoreCase);
}

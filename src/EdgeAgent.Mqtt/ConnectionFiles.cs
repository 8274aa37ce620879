using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAgent.Files;
using EdgeAgent.Mqtt.Transport;

namespace EdgeAgent.Mqtt;

/// <summary>Reads the files that a connection needs, before there is one: password, certificates, key.</summary>
public static class ConnectionFiles
{
    /// <summary>What is wrong with one of them, and what helps; null: nothing. Without OpenSSL certificates are not looked at.</summary>
    public static string? Problem(MqttOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return PasswordProblem(options) ?? (OpenSsl.IsThere ? CertificateProblem(options) : null);
    }

    private static string? PasswordProblem(MqttOptions options)
    {
        try
        {
            return options.ReadPassword() is { Length: 0 } ? "password_file: its first line is empty; it holds the password" : null;
        }
        catch (NotAFileException e)
        {
            return $"password_file {e.Problem}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "password_file cannot be read; let the agent's user read it";
        }
    }

    private static string? CertificateProblem(MqttOptions options)
    {
        try
        {
            TlsDiagnostics.ReadOwn(options.CertFile, options.KeyFile)?.Dispose();
        }
        catch (AuthenticationException e)
        {
            return e.Message;
        }
        if (options.CaFile is null) return null;
        try
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPem(NamedFile.ReadText(options.CaFile, FileLimits.Certificate));
            return trusted.Count > 0 ? null : "ca_file holds no certificate; it must be a PEM file";
        }
        catch (NotAFileException e)
        {
            return $"ca_file {e.Problem}";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return "ca_file cannot be read, or is no PEM file of certificates";
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAgent.Scenarios;

/// <summary>An authority and what it signs, made by openssl in a folder of their own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly TempFolder _folder = new();

    public Certificates()
    {
        foreach (var ca in new[] { "ca", "other" })
            Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "30", "-subj", $"/CN=test {ca}",
                "-keyout", File($"{ca}.key"), "-out", File($"{ca}.pem"));
        Sign("server", "IP:127.0.0.1", days: 30);
        Sign("elsewhere", "DNS:elsewhere.example", days: 30);
        Sign("expired", "IP:127.0.0.1", days: -1);
        Sign("client", "DNS:gateway", days: 30);
        Sign("stranger", "DNS:gateway", days: 30, ca: "other");
    }

    public string File(string name) => _folder.File(name);

    /// <summary>A server's certificate that begins to hold in some days, as a gateway sees each whose clock is behind.</summary>
    public void SignForLater(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = X509Certificate2.CreateFromPemFile(File("ca.pem"), File("ca.key"));
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            authority, DateTimeOffset.UtcNow.AddDays(days), DateTimeOffset.UtcNow.AddDays(days + 10), [1, 2, 3]);
        System.IO.File.WriteAllText(File($"{name}.pem"), signed.ExportCertificatePem());
        System.IO.File.WriteAllText(File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>What makes a listener of mosquitto speak TLS.</summary>
    public string Listener(string server, string more = "") =>
        $"cafile {File("ca.pem")}\ncertfile {File($"{server}.pem")}\nkeyfile {File($"{server}.key")}\n{more}";

    public void Dispose() => _folder.Dispose();

    private void Sign(string name, string alternative, int days, string ca = "ca")
    {
        System.IO.File.WriteAllText(File($"{name}.ext"), $"subjectAltName={alternative}\n");
        Run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", $"/CN={name}", "-keyout", File($"{name}.key"), "-out", File($"{name}.csr"));
        Run("x509", "-req", "-in", File($"{name}.csr"), "-CA", File($"{ca}.pem"), "-CAkey", File($"{ca}.key"), "-CAcreateserial",
            "-days", $"{days}", "-extfile", File($"{name}.ext"), "-out", File($"{name}.pem"));
    }

    private static void Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}

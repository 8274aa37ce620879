using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>An authority and what it signs, made by openssl in a folder of their own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly TempFolder _folder = new();

    public Certificates()
    {
        foreach (var ca in new[] { "ca", "other" })
            Run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", $"/CN=test {ca}",
                "-keyout", File($"{ca}.key"), "-out", File($"{ca}.pem"));
        Sign("server", "IP:127.0.0.1", days: 30);
        Sign("elsewhere", "DNS:elsewhere.example", days: 30);
        Sign("expired", "IP:127.0.0.1", days: -1);
        Sign("client", "DNS:gateway", days: 30);
        Sign("stranger", "DNS:gateway", days: 30, ca: "other");
    }

    public string File(string name) => _folder.File(name);

    /// <summary>What makes a listener of mosquitto speak TLS.</summary>
    public string Listener(string server, string more = "") =>
        $"cafile {File("ca.pem")}\ncertfile {File($"{server}.pem")}\nkeyfile {File($"{server}.key")}\n{more}";

    public void Dispose() => _folder.Dispose();

    private void Sign(string name, string alternative, int days, string ca = "ca")
    {
        System.IO.File.WriteAllText(File($"{name}.ext"), $"subjectAltName={alternative}\n");
        Run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", $"/CN={name}", "-keyout", File($"{name}.key"), "-out", File($"{name}.csr"));
        Run("x509", "-req", "-in", File($"{name}.csr"), "-CA", File($"{ca}.pem"), "-CAkey", File($"{ca}.key"), "-CAcreateserial",
            "-days", $"{days}", "-extfile", File($"{name}.ext"), "-out", File($"{name}.pem"));
    }

    private static void Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}

using System.Diagnostics;

namespace EdgeAgent.Scenarios;

/// <summary>A real broker with TLS, on the sensors' side and upstream: who is trusted, and what is said when one is not.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "a-secret-that-no-log-may-show";
    private readonly Certificates _certificates = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task With_the_right_authority_both_sides_connect_and_events_arrive() =>
        await AssertConnects("server", listener: "", client: $"ca_file = \"{_certificates.File("ca.pem")}\"");

    [Fact]
    public async Task With_a_client_certificate_both_sides_connect() =>
        await AssertConnects("server", "require_certificate true", WithClient("client"));

    [Fact]
    public async Task With_a_user_and_a_password_from_a_file_both_sides_connect()
    {
        var passwords = _folder.File("passwords");
        using (var make = Process.Start("mosquitto_passwd", ["-b", "-c", passwords, "gateway", Password])) make.WaitForExit();
        File.WriteAllText(_folder.File("password"), Password + "\n");
        await AssertConnects("server", $"password_file {passwords}", WithPassword());
        File.WriteAllText(_folder.File("password"), "another-" + Password + "\n");
        // Mosquitto says "not authorised" for a wrong password.
        await AssertFails("server", $"password_file {passwords}", WithPassword(), "not authorised");
    }

    [Theory]
    [InlineData("server", "other", "is not from the authority in ca_file")]
    [InlineData("server", "", "from nobody that this machine trusts: set ca_file")]
    [InlineData("expired", "ca", "renew it, or set this machine's clock")]
    [InlineData("elsewhere", "ca", "is not for the name \"127.0.0.1\"")]
    public async Task A_broker_that_cannot_be_trusted_is_not_connected_and_the_log_says_why(string server, string ca, string expected) =>
        await AssertFails(server, "", ca.Length > 0 ? $"ca_file = \"{_certificates.File($"{ca}.pem")}\"" : "", expected);

    [Fact]
    public async Task A_certificate_that_does_not_hold_yet_tells_of_this_machines_clock()
    {
        _certificates.SignForLater("later", days: 5);
        await AssertFails("later", "", $"ca_file = \"{_certificates.File("ca.pem")}\"", "is not valid yet");
    }

    [Fact]
    public async Task A_broker_that_wants_a_client_certificate_is_told_of() =>
        await AssertFails("server", "require_certificate true", $"ca_file = \"{_certificates.File("ca.pem")}\"",
            "wants a client certificate: set cert_file and key_file");

    [Fact]
    public async Task A_client_certificate_that_the_broker_does_not_know_is_told_of() =>
        await AssertFails("server", "require_certificate true", WithClient("stranger"), "does not accept the client certificate");

    [Fact]
    public async Task A_key_that_does_not_belong_to_its_certificate_is_told_without_a_piece_of_it() =>
        await AssertFails(
            "server", "require_certificate true", WithClient("client", key: "server"), "must be readable PEM files that belong together");

    private string WithClient(string name, string? key = null) =>
        $"ca_file = \"{_certificates.File("ca.pem")}\", cert_file = \"{_certificates.File($"{name}.pem")}\", key_file = "
            + $"\"{_certificates.File($"{key ?? name}.key")}\"";

    private string WithPassword() =>
        $"ca_file = \"{_certificates.File("ca.pem")}\", username = \"gateway\", password_file = \"{_folder.File("password")}\"";

    private async Task AssertConnects(string server, string listener, string client)
    {
        using var broker = await new Mosquitto(_certificates.Listener(server, listener)).Start();
        using var agent = Start(broker, client);
        await agent.Says("source pumps subscribed");
        await agent.Says("upstream connected");
        Assert.Equal(0, await agent.Stop());
        AssertNoSecret(agent.Log);
    }

    private async Task AssertFails(string server, string listener, string client, string expected)
    {
        using var broker = await new Mosquitto(_certificates.Listener(server, listener)).Start();
        using var agent = Start(broker, client);
        await Eventually.Holds(() => Lines(agent, "source pumps has no connection").Any(l => l.Contains(expected)), () => agent.Log);
        await Eventually.Holds(() => Lines(agent, "upstream has no connection").Any(l => l.Contains(expected)), () => agent.Log);
        Assert.Equal(0, await agent.Stop());
        Assert.DoesNotContain("upstream connected", agent.Log);
        AssertNoSecret(agent.Log);
    }

    private static IEnumerable<string> Lines(AgentProcess agent, string with) => agent.Log.Split('\n').Where(l => l.Contains(with));

    private void AssertNoSecret(string log)
    {
        Assert.DoesNotContain(Password, log);
        Assert.DoesNotContain("PRIVATE KEY", log);
        foreach (var key in new[] { "client.key", "server.key" })
            foreach (var line in File.ReadLines(_certificates.File(key)).Where(l => l.Length > 30))
                Assert.DoesNotContain(line, log);
    }

    private AgentProcess Start(Mosquitto broker, string client)
    {
        var configuration = _folder.File("edgeagent.toml");
        var url = broker.Url.Replace("mqtt://", "mqtts://");
        var more = client.Length > 0 ? ", " + client : "";
        File.WriteAllText(configuration, $$"""
            [agent]
            site = "test"
            id = "gateway"
            state = "{{_folder.File("state")}}"
            runtime = "{{_folder.File("runtime")}}"

            [sources.pumps]
            mqtt = { url = "{{url}}", topics = ["plant/+/telemetry"]{{more}} }
            device = "topic[1]"
            channels = "values.*"

            [detectors.pump-health]
            source = "pumps"
            model = "{{Repository.Model}}"

            [upstream]
            mqtt = { url = "{{url}}"{{more}} }
            retry_delay_limit = "1s"
            """);
        return AgentProcess.Start("run", "--config", configuration);
    }
}

using EdgeAgent.Doctor;
using EdgeAgent.Scenarios;

namespace EdgeAgent.Tests.Doctor;

/// <summary>The doctor at a real broker with TLS: what is wrong with whose certificate, and what helps.</summary>
public sealed class DoctorTlsTests : IDisposable
{
    private readonly Certificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("expired", "ca", "certificate is no longer valid (until", "renew it, or set this machine's clock")]
    [InlineData("later", "ca", "certificate is not valid yet (from", "set this machine's clock")]
    [InlineData("server", "other", "is not from the authority in ca_file", "is that the right file?")]
    [InlineData("elsewhere", "ca", "is not for the name", "use a name that it is for in the url")]
    public async Task What_is_wrong_with_a_certificate_is_told_on_both_sides_with_what_helps(
        string server, string ca, string said, string remedy)
    {
        _certificates.SignForLater("later", days: 5);
        var findings = await CheckAsync(server, ca);

        foreach (var area in new[] { "upstream", "source pumps" })
        {
            var finding = Assert.Single(findings, f => f.Area == area && f.Verdict == Verdict.Bad);
            Assert.Contains(said, finding.Text);
            Assert.StartsWith(remedy, finding.Remedy);
        }
    }

    [Fact]
    public async Task A_good_certificate_is_fine_and_its_end_within_a_month_is_told()
    {
        var findings = await CheckAsync("server", "ca");

        Assert.Contains(findings, f => f.Area == "upstream" && f.Verdict == Verdict.Fine && f.Text.Contains("TLS 1."));
        Assert.Contains(findings, f => f.Area == "upstream" && f.Verdict == Verdict.Warning && f.Text.Contains("its certificate ends at"));
    }

    private async Task<IReadOnlyList<Finding>> CheckAsync(string server, string ca)
    {
        using var broker = await new Mosquitto(_certificates.Listener(server)).Start();
        using var bench = new DoctorBench(broker.Url.Replace("mqtt://", "mqtts://", StringComparison.Ordinal),
            login: $", ca_file = \"{_certificates.File($"{ca}.pem")}\"");
        return await bench.CheckAsync();
    }
}

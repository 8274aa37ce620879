using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeAgent.Doctor;
using EdgeAgent.Scenarios;

namespace EdgeAgent.Tests.Doctor;

/// <summary>The doctor at a real broker, a real store and a real disk. Each look proves that the state folder stays as it was.</summary>
public sealed class DoctorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_all_is_well_nothing_is_bad_and_what_is_owed_is_counted(bool isInLog)
    {
        using var broker = await new Mosquitto().Start();
        using var bench = new DoctorBench(broker.Url);
        bench.LeaveStore(events: 3, inLog: isInLog);

        var findings = await bench.CheckAsync();

        Assert.DoesNotContain(findings, f => f.Verdict == Verdict.Bad);
        Assert.Contains(
            findings, f => f.Area == "store" && f.Text.Contains("3 owed on disk") && f.Text.Contains("the oldest 3 h 0 min old"));
        Assert.Contains(findings, f => f.Area == "upstream" && f.Text.Contains("accepts our connection"));
        Assert.Contains(findings, f => f.Area == "source pumps" && f.Text.Contains("accepts our connection"));
        Assert.Contains(findings, f => f.Area == "model" && f.Text.Contains("sum 1.0.0"));
        var (code, output) = await bench.RunAsync();
        Assert.Equal(0, code);
        Assert.Equal(findings.Count, output.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_words()
    {
        using var bench0 = new DoctorBench();
        var passwords = bench0.AddFile("passwords", "gateway:right\n");
        using (var hash = System.Diagnostics.Process.Start("mosquitto_passwd", ["-U", passwords])) await hash.WaitForExitAsync();
        using var broker = await new Mosquitto($"allow_anonymous false\npassword_file {passwords}").Start();
        foreach (var (word, verdict) in new[] { ("wrong", Verdict.Bad), ("right", Verdict.Fine) })
        {
            var login = $", username = \"gateway\", password_file = \"{bench0.AddFile("secret", word)}\"";
            using var bench = new DoctorBench(broker.Url, login: login);

            var upstream = (await bench.CheckAsync()).First(f => f.Area == "upstream");

            Assert.Equal(verdict, upstream.Verdict);
            if (verdict == Verdict.Bad) Assert.Contains("not authorised", upstream.Text);
            if (verdict == Verdict.Bad) Assert.Contains("password_file", upstream.Remedy);
        }
    }

    [Fact]
    public async Task A_hub_that_knows_one_client_id_is_not_tried_under_another()
    {
        using var bench = new DoctorBench();
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bench.Configuration)!, "conf.d"));
        bench.AddFile("conf.d/hub.toml", $"[upstream.mqtt]\npreset = \"azure-iot-hub\"\npassword_file = \"{bench.AddFile("token", "t")}\"");
        var upstream = Assert.Single(await bench.CheckAsync(), f => f.Area == "upstream");
        Assert.Equal(Verdict.Fine, upstream.Verdict);
        Assert.Contains("not tried: azure-iot-hub knows this agent by one client id, \"g\"", upstream.Text);
    }

    [Fact]
    public async Task No_broker_and_a_silent_one_are_told_apart()
    {
        using var bench = new DoctorBench();
        Assert.Contains(await bench.CheckAsync(), f => f.Area == "upstream" && f.Verdict == Verdict.Bad
            && f.Text.Contains("connection refused") && f.Remedy!.Contains("upstream.mqtt.url"));
        Assert.Equal(1, (await bench.RunAsync()).Code);

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var other = new DoctorBench($"mqtt://{silent.LocalEndpoint}");
        Assert.Contains(await other.CheckAsync(), f => f.Area == "source pumps"
            && f.Verdict == Verdict.Bad && f.Text.Contains("does not answer CONNECT"));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_row_and_a_foreign_file_are_found()
    {
        using var bench = new DoctorBench();
        bench.LeaveStore(events: 3, inLog: false);
        var bytes = File.ReadAllBytes(bench.Store);
        var at = bytes.AsSpan().IndexOf("payload number 2"u8);
        Assert.True(at > 0);
        bytes[at] ^= 1;
        File.WriteAllBytes(bench.Store, bytes);
        var findings = await bench.CheckAsync();
        Assert.Contains(findings, f => f.Area == "store" && f.Verdict == Verdict.Bad && f.Text.Contains("1 owed events are damaged"));
        Assert.Contains(findings, f => f.Area == "store" && f.Text.Contains("2 owed on disk"));

        File.WriteAllText(bench.Store, "no store at all");
        File.WriteAllText(bench.Store + ".corrupt-20260102030405", "");
        findings = await bench.CheckAsync();
        Assert.Contains(
            findings, f => f.Area == "store" && f.Verdict == Verdict.Bad && f.Text.Contains("is damaged") && f.Remedy!.Contains("restart"));
        Assert.Contains(findings, f => f.Area == "store" && f.Verdict == Verdict.Warning && f.Text.Contains(".corrupt-20260102030405"));
    }

    [Fact]
    public async Task A_state_folder_in_memory_does_not_last()
    {
        var folder = Directory.CreateDirectory($"/dev/shm/edgeagent-doctor-{Guid.NewGuid():n}");
        try
        {
            using var bench = new DoctorBench(state: folder.FullName);
            Assert.Contains(
                await bench.CheckAsync(), f => f.Area == "disk" && f.Verdict == Verdict.Warning && f.Text.Contains("lost with the power"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_missing_model_is_bad_and_so_is_a_bad_configuration_in_its_own_way()
    {
        using var bench = new DoctorBench(hasModel: false);
        Assert.Contains(await bench.CheckAsync(), f => f.Area == "model" && f.Verdict == Verdict.Bad && f.Remedy is not null);
        Assert.Equal(1, (await bench.RunAsync()).Code);

        bench.AddFile("edgeagent.toml", "[agent]\nsite = \"s\"\nnonsense = 1\n");
        var (code, output) = await bench.RunAsync("--json");
        Assert.Equal(78, code);
        var finding = JsonDocument.Parse(output).RootElement.GetProperty("findings")[0];
        Assert.Equal(("configuration", "bad"), (finding.GetProperty("area").GetString(), finding.GetProperty("verdict").GetString()));
        Assert.Contains("nonsense", output);
    }

    [Fact]
    public async Task Beside_a_running_agent_it_hears_what_the_agent_says_and_disturbs_nothing()
    {
        using var broker = await new Mosquitto().Start();
        using var bench = new DoctorBench(broker.Url);
        using var agent = bench.Start("run");
        agent.OutputDataReceived += (_, _) => { };
        agent.ErrorDataReceived += (_, _) => { };
        agent.BeginOutputReadLine();
        agent.BeginErrorReadLine();
        try
        {
            IReadOnlyList<Finding> findings = [];
            var until = Environment.TickCount64 + 60_000;
            while (!findings.Any(f => f.Area == "agent" && f.Text.StartsWith("connected to", StringComparison.Ordinal)))
            {
                Assert.True(Environment.TickCount64 < until, string.Join('\n', findings));
                await Task.Delay(200);
                var read = EdgeAgent.Configuration.ConfigurationFile.Load(bench.Configuration, new Dictionary<string, string>());
                findings = await DoctorRun.CheckAsync(read.Options!, read.Warnings, bench.Configuration, null, CancellationToken.None);
            }

            Assert.DoesNotContain(findings, f => f.Verdict == Verdict.Bad);
            Assert.Contains(findings, f => f.Area == "agent" && f.Text == "0 events owed");
            Assert.Contains(findings, f => f.Area == "store" && f.Verdict == Verdict.Fine);
            Assert.False(agent.HasExited);
            Assert.Equal(0, (await bench.RunAsync()).Code);
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }
    }
}

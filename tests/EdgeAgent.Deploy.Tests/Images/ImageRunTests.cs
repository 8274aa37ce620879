using Xunit.Abstractions;

namespace EdgeAgent.Deploy.Tests.Images;

/// <summary>The images run under podman with a read-only root, as their user, without a capability.</summary>
[Collection(SharedImages.Name)]
public sealed class ImageRunTests(BuiltImages images, ITestOutputHelper output)
{
    private const string Model = "/opt/edgeagent/models/pump-health";
    private static readonly string[] Offline = ["--network", "none"];

    public static TheoryData<string> Runnable => BuiltImages.Runnable;

    [Theory, MemberData(nameof(Runnable))]
    public void Version_names_the_target(string arch)
    {
        var (code, said, all) = images.Run(arch, Offline, "version");
        Assert.True(code == 0, all);
        Assert.Contains(arch == "amd64" ? "linux-x64" : "linux-arm64", said);
    }

    [Theory, MemberData(nameof(Runnable))]
    public void Check_accepts_the_configuration_of_the_compose_file(string arch)
    {
        string[] options = [.. Offline, "--volume", $"{Repository.File("docker/compose")}:/etc/edgeagent:ro"];
        var (code, said, all) = images.Run(arch, options, "check");
        Assert.True(code == 0, all);
        Assert.Contains("golden windows hold", said);
    }

    [Theory, MemberData(nameof(Runnable))]
    public void Demo_plays_on_the_containers_own_loopback(string arch)
    {
        string[] options = [.. Offline, "--volume", $"{Repository.File("deploy/demo")}:/demo:ro"];
        var (code, said, all) = images.Run(arch, options, "demo", "--json", "--duration", "3", "--recording", "/demo/valve1-3.csv");
        Assert.True(code == 0, all);
        Assert.Contains("\"type\":\"summary\"", said);
    }

    [Fact]
    public void Arm64_finds_in_a_recording_what_amd64_finds()
    {
        if (BuiltImages.Native != "amd64") return; // There is nothing to compare with.
        Assert.Equal(Replay("amd64"), Replay("arm64"));
    }

    [Fact]
    public void Agent_beside_a_broker_judges_readings_turns_healthy_and_stops_in_good_order()
    {
        using var folder = new TempFolder();
        using var broker = new Broker(folder);
        using var hub = broker.Client("mosquitto_sub", "-t", "anomalies/#", "-C", "1", "-i", "hub");
        broker.WaitFor("Sending SUBACK to hub");
        var name = $"agent-{Environment.ProcessId}";
        using var agent = images.Start(BuiltImages.Native,
        [
            "--name", name, "--network", "host", "--volume", $"{Repository.File("docker/compose")}:/etc/edgeagent:ro",
            "--env", $"EDGEAGENT__SOURCES__PUMPS__MQTT__URL={broker.Url}", "--env", $"EDGEAGENT__UPSTREAM__MQTT__URL={broker.Url}",
        ]);
        agent.WaitFor("subscribed");

        images.Ask("healthcheck", "run", name);
        Assert.Equal("healthy\n", images.Ask("inspect", "--format", "{{.State.Health.Status}}", name));
        var status = File.ReadAllText($"/proc/{images.Ask("inspect", "--format", "{{.State.Pid}}", name).Trim()}/status");
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.Contains("Uid:\t10001", status);

        using (var sensor = broker.Client("mosquitto_pub", "-t", "plant/valve1-3/telemetry", "-l"))
        {
            foreach (var payload in Payloads.Of(Repository.File("deploy/demo/valve1-3.csv")))
                sensor.Input.WriteLine(payload);
            Assert.Equal(0, sensor.WaitForExit());
        }
        Assert.Equal(0, hub.WaitForExit());
        Assert.Contains("io.edgeagent.anomaly.opened", hub.Output);

        images.Ask("stop", name);
        Assert.True(agent.WaitForExit() == 0, agent.Said);
        output.WriteLine(agent.Said);
        Assert.Contains("stopped:", agent.Said);
    }

    [Fact]
    public void There_is_no_shell_to_fall_into()
    {
        using var run = images.Start(BuiltImages.Native, [.. Offline, "--entrypoint", "/bin/sh"], "-c", "true");
        Assert.Equal(127, run.WaitForExit());
    }

    private string Replay(string arch)
    {
        using var folder = new TempFolder();
        var written = Directory.CreateDirectory(folder.File("out")).FullName;
        File.SetUnixFileMode(written, (UnixFileMode)0b111_111_111);
        // The host's name is part of the events.
        string[] options = [.. Offline, "--hostname", "gateway", "--volume", $"{Repository.File("deploy/demo")}:/demo:ro", "--volume", $"{written}:/out"];
        var (code, _, all) = images.Run(arch, options, "replay", "--model", Model, "--events", "/out/events.jsonl", "/demo/valve1-3.csv");
        Assert.True(code == 0, all);
        var events = File.ReadAllText(Path.Combine(written, "events.jsonl"));
        Assert.NotEmpty(events);
        return events;
    }
}

namespace EdgeAgent.Deploy.Tests;

/// <summary>
/// The compose file is one that docker-compose takes. Its broker's image comes from a registry, so it is not brought up here.
/// </summary>
public sealed class ComposeTests
{
    [Fact]
    public void Compose_file_is_valid_and_gives_the_agent_no_rights()
    {
        var shown = ProgramRun.ToEnd("docker-compose", "-f", "docker/compose.yaml", "config");
        Assert.Contains("read_only: true", shown);
        Assert.Contains("no-new-privileges:true", shown);
        foreach (var file in new[] { "docker/compose/edgeagent.toml", "docker/compose/mosquitto.conf" })
        {
            Assert.Contains(Repository.File(file), shown);
            Assert.True(File.Exists(Repository.File(file)), file);
        }
    }

    [Fact]
    public void The_brokers_configuration_is_one_that_mosquitto_takes()
    {
        using var folder = new TempFolder();
        var data = Directory.CreateDirectory(folder.File("data")).FullName;
        var configuration = File.ReadAllText(Repository.File("docker/compose/mosquitto.conf"))
            .Replace("/mosquitto/data/", $"{data}/", StringComparison.Ordinal)
            .Replace("listener 1883", $"listener {LoopbackPort.Free()} 127.0.0.1", StringComparison.Ordinal);
        File.SetUnixFileMode(data, (UnixFileMode)0b111_111_111);
        using var broker = ProgramRun.Start("mosquitto", "-v", "-c", folder.Write("mosquitto.conf", configuration));
        broker.WaitFor("running");
        Assert.DoesNotContain("Error", broker.Said);
    }
}

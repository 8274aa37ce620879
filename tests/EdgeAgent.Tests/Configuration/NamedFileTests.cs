using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Where a configuration names a file, what is none is told for what it is; nothing waits for it or reads it to its end.</summary>
public sealed class NamedFileTests
{
    [Fact]
    public async Task The_configuration_itself_is_a_regular_file()
    {
        using var configuration = new TestConfiguration("");
        File.Delete(configuration.MainFile);
        NamedPipe.Make(configuration.MainFile);

        var error = Assert.Single((await NamedPipe.NeverWaits(configuration.Load)).Errors);
        Assert.Contains("is a named pipe (FIFO); expected a regular file: write what it brings to one first", error.ToString());
    }

    [Theory]
    [InlineData("/dev/zero", "is a character device; expected a regular file")]
    [InlineData("/proc", "is a folder; expected a regular file")]
    public void A_device_is_no_configuration(string path, string expected) =>
        Assert.Contains(expected, Assert.Single(ConfigurationFile.Load(path, new Dictionary<string, string>()).Errors).ToString());

    [Fact]
    public void A_configuration_beyond_all_sense_is_not_read()
    {
        using var configuration = new TestConfiguration("");
        using (var file = File.OpenWrite(configuration.MainFile))
            file.SetLength(1L << 40);

        Assert.Contains("is larger than expected: at most 4 MiB", Assert.Single(configuration.Load().Errors).ToString());
    }

    [Fact]
    public async Task So_are_its_drop_ins()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least);
        Directory.CreateDirectory(Path.Combine(configuration.Folder, "conf.d"));
        NamedPipe.Make(Path.Combine(configuration.Folder, "conf.d/10-mine.toml"));

        var error = Assert.Single((await NamedPipe.NeverWaits(configuration.Load)).Errors);
        Assert.Equal("conf.d/10-mine.toml", error.File);
        Assert.Contains("is a named pipe", error.ToString());
    }

    [Theory]
    [InlineData("password_file")]
    [InlineData("ca_file")]
    [InlineData("cert_file")]
    [InlineData("key_file")]
    public async Task So_are_secrets_and_certificates(string key)
    {
        using var configuration = new TestConfiguration($$"""
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] }
            channels = "values.*"
            [upstream.mqtt]
            url = "mqtts://hub.example:8883"
            username = "u"
            {{key}} = "pipe"
            """);
        NamedPipe.Make(Path.Combine(configuration.Folder, "pipe"));

        var errors = (await NamedPipe.NeverWaits(configuration.Load)).Errors;
        Assert.Contains(errors, e => e.ToString().Contains("is a named pipe (FIFO)", StringComparison.Ordinal) && e.Line == 7);
    }

    /// <summary>What was a file when the configuration was read may be none when the connection is made.</summary>
    [Fact]
    public async Task A_password_that_became_a_pipe_is_told_when_it_is_needed()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least);
        var pipe = NamedPipe.Make(Path.Combine(configuration.Folder, "pipe"));
        var options = new EdgeAgent.Mqtt.MqttOptions { Url = "mqtts://hub.example:8883", PasswordFile = pipe };

        Assert.Contains("password_file is a named pipe", await NamedPipe.NeverWaits(() => EdgeAgent.Mqtt.ConnectionFiles.Problem(options)));
        var certificates = options with { PasswordFile = null, CaFile = pipe };
        Assert.Contains("ca_file is a named pipe", await NamedPipe.NeverWaits(() => EdgeAgent.Mqtt.ConnectionFiles.Problem(certificates)));
        var own = certificates with { CaFile = null, CertFile = pipe, KeyFile = pipe };
        Assert.Contains("is a named pipe", await NamedPipe.NeverWaits(() => EdgeAgent.Mqtt.ConnectionFiles.Problem(own)));
    }
}

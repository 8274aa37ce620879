using EdgeAgent.Configuration;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Tests.Configuration;

/// <summary>What a hub in the cloud asks for is filled in; what is written wins; and docs/brokers.md shows what loads.</summary>
public class UpstreamPresetTests
{
    private const string Usual = "edgeagent/{site}/{agent}/status";

    private const string Source = """
        [sources.pumps]
        mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] }
        channels = "values.*"

        """;

    [Fact]
    public void The_configuration_that_the_docs_show_for_Azure_loads_and_is_complete()
    {
        var upstream = Loaded(Shown("### Azure IoT Hub")).Upstream;

        Assert.Equal(("gateway-7", "my-hub.azure-devices.net/gateway-7/?api-version=2021-04-12", (MqttVersion?)MqttVersion.V311),
            (upstream.Mqtt.ClientId, upstream.Mqtt.Username, upstream.Mqtt.Version));
        Assert.Equal("devices/gateway-7/messages/events/$.ct=application%2Fjson&$.ce=utf-8", upstream.Events.Topic);
        Assert.EndsWith("sas-token", upstream.Mqtt.PasswordFile);
        var mqtt = upstream.Delivery.Mqtt;
        Assert.Equal((null, null, null, false), (mqtt.Status, mqtt.Birth, mqtt.Will, mqtt.StatusRetain));
        Assert.Equal("azure-iot-hub", upstream.Preset);
        Assert.Equal(
            ["client_id = \"gateway-7\"", "version = \"3.1.1\"", $"username = \"{upstream.Mqtt.Username}\"",
                $"topic = \"{upstream.Events.Topic}\"", "status = false", "status_retain = false"], upstream.PresetKeys);
    }

    [Theory]
    [InlineData("8883", null)]
    [InlineData("443", "x-amzn-mqtt-ca")]
    public void The_configuration_that_the_docs_show_for_AWS_loads_and_port_443_gets_its_protocol(string port, string? alpn)
    {
        var upstream = Loaded(Shown("### AWS IoT Core").Replace(":8883", $":{port}", StringComparison.Ordinal)).Upstream;

        Assert.Equal(("gateway-7", null, (MqttVersion?)null, alpn),
            (upstream.Mqtt.ClientId, upstream.Mqtt.Username, upstream.Mqtt.Version, upstream.Mqtt.Alpn));
        Assert.Equal("anomalies/{site}/{device}", upstream.Events.Topic);
        Assert.Equal((null, null, false),
            (upstream.Delivery.Mqtt.Status, upstream.Delivery.Mqtt.Will, upstream.Delivery.Mqtt.StatusRetain));
    }

    [Fact]
    public void What_is_written_wins()
    {
        var upstream = Loaded(Source + """
            [upstream]
            status = "devices/d/messages/events/kind=status"
            will = false
            status_retain = true
            [upstream.mqtt]
            preset = "azure-iot-hub"
            url = "mqtts://hub.example"
            client_id = "d"
            username = "u"
            topic = "devices/d/messages/events/"
            version = "5"
            cert_file = "device.pem.crt"
            key_file = "private.pem.key"
            """).Upstream;

        Assert.Equal(("d", "u", "devices/d/messages/events/", (MqttVersion?)MqttVersion.V5),
            (upstream.Mqtt.ClientId, upstream.Mqtt.Username, upstream.Events.Topic, upstream.Mqtt.Version));
        var mqtt = upstream.Delivery.Mqtt;
        Assert.Equal(("devices/d/messages/events/kind=status", mqtt.Status, null, true),
            (mqtt.Status, mqtt.Birth, mqtt.Will, mqtt.StatusRetain));
        Assert.Empty(upstream.PresetKeys);
    }

    [Theory]
    [InlineData("", Usual, Usual, Usual)]
    [InlineData("status = true", Usual, Usual, Usual)]
    [InlineData("status = false", null, null, null)]
    [InlineData("status = \"a/{site}/{agent}\"", "a/{site}/{agent}", "a/{site}/{agent}", "a/{site}/{agent}")]
    [InlineData("status = \"a\"\nbirth = false\nwill = \"b\"", "a", null, "b")]
    [InlineData("status = \"a\"\nbirth = true\nwill = false", "a", "a", null)]
    [InlineData("status = false\nbirth = true\nwill = true", null, Usual, Usual)]
    public void Status_birth_and_will_are_settable_and_switchable(string keys, string? status, string? birth, string? will)
    {
        var upstream = Loaded($"{Source}[upstream]\n{keys}\n[upstream.mqtt]\nurl = \"mqtt://hub\"").Upstream;
        Assert.Equal((status, birth, will, true), (upstream.Delivery.Mqtt.Status, upstream.Delivery.Mqtt.Birth,
            upstream.Delivery.Mqtt.Will, upstream.Delivery.Mqtt.StatusRetain));
        Assert.Null(upstream.Preset);
    }

    [Fact]
    public void The_environment_switches_the_status_off()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least).With("EDGEAGENT__UPSTREAM__STATUS", "false");
        Assert.Null(configuration.Load().Options!.Upstream.Delivery.Mqtt.Will);
    }

    [Theory]
    [InlineData("status = \"a/+\"", 5, 10, "`upstream.status` is \"a/+\"", "a topic without the wildcards + and #")]
    [InlineData("birth = \"a/{device}\"", 5, 9, "`upstream.birth` is \"a/{device}\"", "no other placeholders than {site}, {agent}")]
    [InlineData("will = 1", 5, 8, "`upstream.will` is 1", "expected a topic in quotes, or true or false")]
    [InlineData("status = \"\"", 5, 10, "`upstream.status` is \"\"", "a topic in quotes, or true or false")]
    [InlineData("status_retain = \"no\"", 5, 17, "`upstream.status_retain` is \"no\"", "true or false")]
    [InlineData("mqtt.preset = \"azure\"", 5, 15, "`upstream.mqtt.preset` is \"azure\"", "\"azure-iot-hub\" or \"aws-iot\"")]
    [InlineData("mqtt.alpn = \"ü\"", 5, 13, "`upstream.mqtt.alpn` is \"ü\"", "a name as in \"x-amzn-mqtt-ca\"")]
    [InlineData("mqtt.preset = \"azure-iot-hub\"", 5, 1, "`upstream.mqtt.password_file` is needed", "a file with its SAS token")]
    [InlineData("mqtt.preset = \"aws-iot\"", 5, 1, "`upstream.mqtt.cert_file` is needed", "its certificate and its key")]
    public void What_is_wrong_is_told_with_its_place(string line, int row, int column, string problem, string remedy)
    {
        using var configuration = new TestConfiguration($"{Source}[upstream]\n{line}\nmqtt.url = \"mqtts://hub\"");
        var error = Assert.Single(configuration.Load().Errors);
        Assert.Equal((row, column), (error.Line, error.Column));
        Assert.Contains(problem, error.ToString());
        Assert.Contains(remedy, error.ToString());
    }

    /// <summary>The first block of TOML below a heading of the page, with a source.</summary>
    private static string Shown(string heading)
    {
        var page = File.ReadAllText(Repository.File("docs/brokers.md"));
        var below = page.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(below > 0, heading);
        var begin = page.IndexOf("```toml\n", below, StringComparison.Ordinal) + "```toml\n".Length;
        return Source + page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static AgentOptions Loaded(string text)
    {
        using var configuration = new TestConfiguration(text);
        foreach (var file in new[] { "sas-token", "device.pem.crt", "private.pem.key" }) configuration.Write(file, "x");
        var result = configuration.Load();
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Options;
    }
}

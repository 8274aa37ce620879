using EdgeAgent.Configuration;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tests.Configuration;

public class ConfigurationFileTests
{
    private static AgentOptions Loaded(TestConfiguration configuration)
    {
        var result = configuration.Load();
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Options;
    }

    [Fact]
    public void The_least_configuration_has_working_defaults()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least);
        var options = Loaded(configuration);

        var source = Assert.Single(options.Sources);
        Assert.Equal("pumps", source.Name);
        Assert.Equal(["plant/+/telemetry"], source.Topics);
        Assert.Equal("values", source.ChannelsBelow);
        Assert.Equal(1, source.Qos);
        Assert.Equal(Environment.MachineName, options.Id);
        Assert.Equal("/var/lib/edgeagent", options.StateFolder);
        Assert.Equal("anomalies/{site}/{device}", options.Upstream.Events.Topic);
    }

    [Theory]
    [InlineData("", ReadingMode.Auto, null, 0, 0)]
    [InlineData("tolerance = \"250ms\"", ReadingMode.Auto, 250, 0, 0)]
    [InlineData("reading = \"message\"", ReadingMode.Message, null, 0, 0)]
    [InlineData("reading = \"joined\"\ntolerance = \"0s\"", ReadingMode.Joined, 0, 0, 0)]
    [InlineData("reading = \"sampled\"\nevery = \"10s\"\nstale = \"1m\"", ReadingMode.Sampled, null, 10, 60)]
    public void What_makes_a_reading_reaches_the_source_and_its_detectors(
        string written, ReadingMode mode, int? toleranceMs, int every, int stale)
    {
        using var configuration = new TestConfiguration(
            TestConfiguration.Least.Replace("[upstream]", written + "\n[upstream]", StringComparison.Ordinal));
        var options = Loaded(configuration);
        var expected = new ReadingOptions
        {
            Mode = mode, Tolerance = toleranceMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Every = TimeSpan.FromSeconds(every), Stale = TimeSpan.FromSeconds(stale),
        };
        Assert.Equal(expected, options.Sources[0].Reading);
        Assert.Equal(expected, options.Detection.Readings["pumps"]);
    }

    [Fact]
    public void A_detector_names_the_channels_that_it_judges_together()
    {
        const string detector = "\n[detectors.machine]\nsource = \"pumps\"\nmodel = \"many-channels\"\nchannels = ";
        using var configuration = new TestConfiguration(TestConfiguration.Least + detector + "[\"flow\", \"speed\"]\n");
        Assert.Equal(["flow", "speed"], Loaded(configuration).Detectors.Single(d => d.Name == "machine").Channels);

        using var empty = new TestConfiguration(TestConfiguration.Least + detector + "[]\n");
        Assert.Contains("a list of texts, with one at least", Assert.Single(empty.Load().Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        using var configuration = new TestConfiguration("""
            [agent]
            site = "plant-a"
            id = "gw-7"
            state = "state"
            runtime = "live"
            checkpoint = "90s"
            lanes = 3

            [sources.pumps]
            device = "payload.machine.id"
            decode = "json"
            time = "ts"
            channels = ["speed", { name = "oil", path = "m.oil", unit = "°C", min = -40, max = 150.5 }, { name = "load" }]
            payload_limit = "64KiB"
            device_limit = 12
            channel_limit = 34
            [sources.pumps.mqtt]
            url = "mqtts://sensors:8884"
            topics = ["a/+", "$share/group/b/#"]
            client_id = "c1"
            username = "u1"
            password_file = "secret"
            ca_file = "ca.pem"
            version = "3.1.1"
            qos = 0
            persistent = false
            keep_alive = "45s"
            retained = true
            receive_limit = 77

            [detectors.pump-health]
            source = "pumps"
            model = "models/pump-health"
            forward = "every-window"
            severity = "critical"
            update_every = "5m"
            update_limit = "6h"
            min_duration = "250ms"
            gap_limit = "2h"
            on_after = 2
            off_after = 4
            clear = 0.5
            smooth = 6
            critical = 1.5
            channel = "oil"

            [[rules]]
            name = "hot"
            when = "score > 2 && temperature > 90"
            detector = "pump-health"
            severity = "info"

            [upstream]
            mqtt = { url = "mqtt://hub:1", topic = "x/{site}/{agent}/{device}/{detector}", client_id = "c2", username = "u2", password_file = "secret", ca_file = "ca.pem", version = "5", keep_alive = "1m" }
            buffer = { size = "10MB", keep = "1.5d" }
            in_flight = 8
            group_commit = "0s"
            ack_timeout = "3s"
            retry_delay_limit = "4s"
            reconnect_spread = "6s"
            status_every = "5s"

            [health]
            listen = "[::1]:9464"

            [serve]
            listen = "127.0.0.1:8000"
            models = "served"
            repository = true
            at_once = 3
            """).Write("secret", "s").Write("ca.pem", "c");
        var options = Loaded(configuration);

        Assert.Equal(("plant-a", "gw-7", Path.Combine(configuration.Folder, "state"), 3),
            (options.Site, options.Id, options.StateFolder, options.Lanes));
        Assert.Equal((Path.Combine(configuration.Folder, "live"), TimeSpan.FromSeconds(90)), (options.RuntimeFolder, options.Checkpoint));
        Assert.Equal(("127.0.0.1:8000", Path.Combine(configuration.Folder, "served"), true, 3),
            (options.Serve.Listen, options.Serve.Models, options.Serve.Repository, options.Serve.AtOnce));

        var source = Assert.Single(options.Sources);
        Assert.Equal(("payload.machine.id", "json", "ts", null), (source.Device, source.Decode, source.Time, source.ChannelsBelow));
        Assert.Equal((65536, 12, 34), (source.PayloadLimit, source.DeviceLimit, source.ChannelLimit));
        Assert.Equal(["speed", "oil", "load"], source.Channels.Select(channel => channel.Name));
        Assert.Equal(["speed", "m.oil", "load"], source.Channels.Select(channel => channel.Path));
        Assert.Equal(("°C", -40f, 150.5f), (source.Channels[1].Unit, source.Channels[1].Min, source.Channels[1].Max));
        Assert.Equal(["a/+", "$share/group/b/#"], source.Topics);
        Assert.Equal((0, false, true, 77), (source.Qos, source.PersistentSession, source.Retained, source.ReceiveLimit));
        Assert.Equal(("mqtts://sensors:8884", "c1", "u1", (MqttVersion?)MqttVersion.V311),
            (source.Mqtt.Url, source.Mqtt.ClientId, source.Mqtt.Username, source.Mqtt.Version));
        Assert.Equal(Path.Combine(configuration.Folder, "secret"), source.Mqtt.PasswordFile);
        Assert.Equal(Path.Combine(configuration.Folder, "ca.pem"), source.Mqtt.CaFile);
        Assert.Equal(TimeSpan.FromSeconds(45), source.Mqtt.KeepAlive);

        var detector = Assert.Single(options.Detectors);
        Assert.Equal(("pump-health", "pumps", Path.Combine(configuration.Folder, "models/pump-health")),
            (detector.Name, detector.Source, detector.Model));
        Assert.Equal((ForwardMode.EveryWindow, Severity.Critical), (detector.Forward, detector.Severity));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), TimeSpan.FromMilliseconds(250), TimeSpan.FromHours(2)),
            (detector.UpdateEvery, detector.UpdateLimit, detector.MinDuration, detector.GapLimit!.Value));
        Assert.Equal((2, 4, 0.5f, 6), (detector.OnAfter, detector.OffAfter, detector.Clear, detector.Smooth));
        Assert.Equal((1.5f, "oil"), (detector.Critical, detector.Channel));

        Assert.Equal(
            new RuleOptions { Name = "hot", When = "score > 2 && temperature > 90", Detector = "pump-health", Severity = Severity.Info },
            Assert.Single(options.Rules));

        var upstream = options.Upstream;
        Assert.Equal(("mqtt://hub:1", "x/{site}/{agent}/{device}/{detector}", "c2", "u2"),
            (upstream.Mqtt.Url, upstream.Events.Topic, upstream.Mqtt.ClientId, upstream.Mqtt.Username));
        Assert.Equal(
            (10_000_000L, TimeSpan.FromDays(1.5), 8), (upstream.Outbox.Size, upstream.Outbox.Keep, upstream.Delivery.InFlightLimit));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)),
            (upstream.Outbox.GroupCommit, upstream.Delivery.Mqtt.AckTimeout, upstream.Delivery.Reconnect.RetryDelayLimit));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(6)), (upstream.Mqtt.KeepAlive, upstream.Delivery.Reconnect.Spread));
        Assert.Equal((TimeSpan.FromSeconds(5), "[::1]:9464"), (upstream.Delivery.Mqtt.StatusEvery, options.Health.Listen));
    }

    [Fact]
    public void Dotted_keys_and_inline_lists_of_tables_read_the_same()
    {
        using var configuration = new TestConfiguration("""
            rules = [{ when = "score > 1" }]
            sources.pumps.mqtt.url = "mqtt://127.0.0.1:1883"
            sources.pumps.mqtt.topics = ["a/b"]
            sources.pumps.channels = "*"
            upstream.mqtt.url = "mqtts://hub.example"
            """);
        var options = Loaded(configuration);

        Assert.Equal("", Assert.Single(options.Sources).ChannelsBelow);
        Assert.Equal("score > 1", Assert.Single(options.Rules).Name);
    }

    [Fact]
    public void Drop_ins_win_key_by_key_in_the_order_of_their_names_and_add_rules()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + "[[rules]]\nwhen = \"score > 1\"\n")
            .Write("conf.d/20-late.toml", "[agent]\nsite = \"late\"\n[[rules]]\nwhen = \"score > 3\"")
            .Write("conf.d/10-early.toml",
                "[agent]\nsite = \"early\"\nid = \"gw\"\n[[rules]]\nwhen = \"score > 2\"\n[upstream]\nmqtt = { topic = \"t\" }")
            .Write("conf.d/30.toml.off", "[agent]\nsite = \"off\"");
        var options = Loaded(configuration);

        Assert.Equal(("late", "gw"), (options.Site, options.Id));
        Assert.Equal(["score > 1", "score > 2", "score > 3"], options.Rules.Select(rule => rule.When));
        Assert.Equal(("mqtts://hub.example:8883", "t"), (options.Upstream.Mqtt.Url, options.Upstream.Events.Topic));
    }

    [Fact]
    public void The_environment_wins_over_files_whatever_the_kind()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + """
            [detectors.pump-health]
            source = "pumps"
            model = "m"
            [[rules]]
            when = "score > 1"
            """)
            .With("EDGEAGENT__UPSTREAM__MQTT__URL", "mqtt://other:1883")
            .With("edgeagent__agent__lanes", "7")
            .With("EDGEAGENT__DETECTORS__PUMP_HEALTH__MODEL", "/models/x")
            .With("EDGEAGENT__DETECTORS__PUMP_HEALTH__CLEAR", "0.25")
            .With("EDGEAGENT__SOURCES__PUMPS__MQTT__TOPICS", "a/+, b/#")
            .With("EDGEAGENT__SOURCES__PUMPS__MQTT__PERSISTENT", "false")
            .With("EDGEAGENT__SOURCES__PUMPS__MQTT__VERSION", "5")
            .With("EDGEAGENT__SOURCES__PUMPS__CHANNELS", "[\"x\", \"y\"]")
            .With("EDGEAGENT__SOURCES__FANS__MQTT__URL", "mqtt://fans:1883")
            .With("EDGEAGENT__SOURCES__FANS__MQTT__TOPICS", "[\"fans/a,b\"]")
            .With("EDGEAGENT__SOURCES__FANS__CHANNELS", "*")
            .With("EDGEAGENT__RULES__0__SEVERITY", "critical")
            .With("EDGEAGENT_OTHER", "x");
        var options = Loaded(configuration);

        Assert.Equal("mqtt://other:1883", options.Upstream.Mqtt.Url);
        Assert.Equal(7, options.Lanes);
        Assert.Equal(("/models/x", 0.25f), (options.Detectors[0].Model, options.Detectors[0].Clear));
        Assert.Equal(["pumps", "fans"], options.Sources.Select(source => source.Name));
        Assert.Equal(["a/+", "b/#"], options.Sources[0].Topics);
        Assert.False(options.Sources[0].PersistentSession);
        Assert.Equal(["x", "y"], options.Sources[0].Channels.Select(channel => channel.Name));
        Assert.Equal(["fans/a,b"], options.Sources[1].Topics);
        Assert.Equal(Severity.Critical, options.Rules[0].Severity);
    }

    [Fact]
    public void The_example_that_we_ship_loads()
    {
        var result = ConfigurationFile.Load(Example(), new Dictionary<string, string>());
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        Assert.Equal(3, result.Options.Sources.Count);
    }

    [Fact]
    public void The_first_configuration_of_the_README_loads()
    {
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Example())!, "..", "README.md"));
        var begin = readme.IndexOf("```toml\n", StringComparison.Ordinal) + "```toml\n".Length;
        using var configuration = new TestConfiguration(readme[begin..readme.IndexOf("```", begin, StringComparison.Ordinal)]);
        var options = Loaded(configuration);
        Assert.Equal("pumps", Assert.Single(options.Detectors).Source);
        Assert.Equal("anomalies/{site}/{device}", options.Upstream.Events.Topic);
    }

    [Fact]
    public void A_rule_may_drive_a_line()
    {
        using var configuration = new TestConfiguration("""
            [agent]
            site = "plant-a"
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] }
            device = "topic[1]"
            decode = "json"
            time = "ts"
            channels = "values.*"
            [detectors.pump-health]
            source = "pumps"
            model = "models/pump-health"
            [[rules]]
            when = "score > 2 && temperature > 90"
            severity = "critical"
            gpio = { line = 17, value = "high" }
            [upstream]
            mqtt = { url = "mqtts://hub.example:8883", topic = "anomalies/{site}/{device}" }
            buffer = { size = "256MiB", keep = "7d" }
            """);
        Assert.Equal(new GpioOptions { Line = LineChoice.At(17), High = true }, Assert.Single(Loaded(configuration).Rules).Gpio);
    }

    [Theory]
    [InlineData("", null, null, BlockTime.Last)]
    [InlineData("sample_rate = \"3200Hz\"", 3200.0, null, BlockTime.Last)]
    [InlineData("sample_rate = \"25.6 kHz\"\nblock_time = \"first\"", 25_600.0, null, BlockTime.First)]
    [InlineData("sample_rate = \"meta.rate\"", null, "meta.rate", BlockTime.Last)]
    public void Blocks_of_samples_have_a_rate_or_the_place_of_one(string keys, double? rate, string? path, BlockTime time)
    {
        using var configuration = new TestConfiguration($$"""
            [agent]
            site = "a"
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:1883" }
            [sources.s]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["a"] }
            channels = "*"
            {{keys}}
            """);

        var source = Assert.Single(Loaded(configuration).Sources);
        Assert.Equal((rate, path, time), (source.SampleRate, source.SampleRatePath, source.BlockTime));
    }

    [Fact]
    public void The_example_shows_true_defaults()
    {
        var text = File.ReadAllText(Example());
        // What stands "unless given", and files that only a plant has, are examples, not defaults.
        var shown = string.Join('\n', text.Split('\n').Select(line =>
            line.StartsWith("# ", StringComparison.Ordinal) && line.Contains(" = ", StringComparison.Ordinal)
            && !line.Contains("_file", StringComparison.Ordinal)
            && !line.Contains("unless given", StringComparison.Ordinal) ? line[2..] : line));
        using var plain = new TestConfiguration(text);
        using var full = new TestConfiguration(shown);
        var (expected, options) = (Loaded(plain), Loaded(full));

        Assert.Equal(expected.Upstream, options.Upstream with { Outbox = expected.Upstream.Outbox });
        Assert.Equal(Values(expected.Upstream.Outbox), Values(options.Upstream.Outbox));
        Assert.Equal(expected.Upstream.Outbox.KeepOf, options.Upstream.Outbox.KeepOf);
        Assert.Equal((expected.Lanes, expected.StateFolder, expected.Checkpoint), (options.Lanes, options.StateFolder, options.Checkpoint));
        Assert.Equal(expected.Serve.AtOnce, options.Serve.AtOnce);
        var (before, after) = (expected.Sources[0], options.Sources[0]);
        Assert.Equal(
            (before.Decode, before.PayloadLimit, before.DeviceLimit, before.ChannelLimit,
                before.Qos, before.PersistentSession, before.Retained, before.ReceiveLimit),
            (after.Decode, after.PayloadLimit, after.DeviceLimit, after.ChannelLimit,
                after.Qos, after.PersistentSession, after.Retained, after.ReceiveLimit));
        var (silent, told) = (expected.Detectors[0], options.Detectors[0]);
        Assert.Equal(
            (silent.Forward, silent.Severity, silent.UpdateEvery, silent.UpdateLimit, silent.MinDuration, silent.GapLimit ?? TimeSpan.Zero),
            (told.Forward, told.Severity, told.UpdateEvery, told.UpdateLimit, told.MinDuration, told.GapLimit ?? TimeSpan.Zero));
    }

    [Fact]
    public void A_name_alone_is_a_bundle_that_comes_with_the_program_unless_one_lies_beside_the_configuration()
    {
        var shipped = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "models", $"{Guid.NewGuid():N}"));
        try
        {
            using var configuration = new TestConfiguration($$"""
                [agent]
                site = "s"
                [sources.a]
                mqtt = { url = "mqtt://b", topics = ["t/+"] }
                channels = ["x"]
                [detectors.a]
                source = "a"
                model = "{{shipped.Name}}"
                [upstream]
                mqtt = { url = "mqtt://hub" }
                """);
            Assert.Equal(shipped.FullName, configuration.Load().Options!.Detectors[0].Model);

            var beside = Directory.CreateDirectory(Path.Combine(configuration.Folder, shipped.Name));
            Assert.Equal(beside.FullName, configuration.Load().Options!.Detectors[0].Model);
        }
        finally
        {
            shipped.Delete();
        }
    }

    private static object Values(EdgeAgent.Pipeline.Outbox.OutboxOptions o) =>
        (o.Size, o.Keep, o.Reserve, o.Full, o.GroupCommit, o.InFlightLimit, o.BacklogRate);

    /// <summary>Builds map source paths for determinism, so the repository is found from where the tests run.</summary>
    private static string Example()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var example = Path.Combine(folder.FullName, "deploy", "edgeagent.toml");
            if (File.Exists(example))
                return example;
        }
        throw new FileNotFoundException("deploy/edgeagent.toml");
    }
}

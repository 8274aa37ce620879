using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

public class ConfigurationErrorTests
{
    private static IReadOnlyList<ConfigurationError> Errors(TestConfiguration configuration)
    {
        var result = configuration.Load();
        Assert.Null(result.Options);
        return result.Errors;
    }

    /// <summary>Lines 6 and on, behind the least configuration, hold one error at the place and with the words.</summary>
    [Theory]
    [InlineData("[agent]\nlanes = \"many\"", 7, 9, "`agent.lanes` is \"many\"", "expected a whole number from 0 to 64")]
    [InlineData("[agent]\nlanes = 65", 7, 9, "`agent.lanes` is 65", "from 0 to 64")]
    [InlineData("[agent]\nlanes = -1", 7, 9, "`agent.lanes` is -1", "from 0 to 64")]
    [InlineData("[agent]\nlanes = 1.5", 7, 9, "`agent.lanes` is 1.5", "a whole number")]
    [InlineData("[agent]\nsite = 3", 7, 8, "`agent.site` is 3", "a text in quotes")]
    [InlineData("[agent]\nsite = \"\"", 7, 8, "`agent.site` is \"\"", "a text in quotes")]
    [InlineData("[agent]\nsite = \"a/#\"", 7, 8, "`agent.site` is \"a/#\"", "without + and #")]
    [InlineData("[agent]\nid = 2024-01-01", 7, 6, "`agent.id` is a date or time", "a text in quotes")]
    [InlineData("[agent]\n  sitte = \"x\"", 7, 3, "unknown key `agent.sitte`",
        "expected one of: site, id, state, runtime, checkpoint, demo, lanes; did you mean `site`?")]
    [InlineData("[agnet]\nsite = \"x\"", 6, 2, "unknown key `agnet`",
        "expected one of: agent, sources, gpio, gates, detectors, rules, upstream, health, serve; did you mean `agent`?")]
    [InlineData("[health]\nlisten = \"localhost:9464\"", 7, 10, "`health.listen` is \"localhost:9464\"", "an IP address with a port")]
    [InlineData("[health]\nlisten = \"127.0.0.1\"", 7, 10, "`health.listen` is", "an IP address with a port")]
    [InlineData("[serve]\nat_once = 2", 6, 1, "`serve.listen` is needed, but missing", "listen = \"127.0.0.1:8000\"")]
    [InlineData("[serve]\nlisten = \"127.0.0.1:8000\"\nat_once = 17", 8, 11, "`serve.at_once` is 17", "from 1 to 16")]
    [InlineData("[serve]\nlisten = \"127.0.0.1:8000\"\nrepository = true", 6, 1,
        "`serve.models` is needed, but missing", "nothing to load")]
    [InlineData("[health]\nlisten = \"127.0.0.1:8000\"\n[serve]\nlisten = \"127.0.0.1:8000\"", 9, 10,
        "`serve.listen`", "a port of its own")]
    [InlineData("[upstream.nonsense]", 6, 11, "unknown key `upstream.nonsense`", "expected one of: mqtt, buffer, in_flight")]
    [InlineData("[upstream.buffer]\nsize = 64", 7, 8, "`upstream.buffer.size` is 64",
        "with its unit (B, KB, MB, GB, TB, KiB, MiB, GiB or TiB), as in \"256MiB\"")]
    [InlineData("[upstream.buffer]\nsize = \"64 mib\"", 7, 8, "is \"64 mib\"", "with its unit")]
    [InlineData("[upstream.buffer]\nsize = \"1B\"", 7, 8, "is \"1B\"", "a size from 1MiB to 16TiB")]
    [InlineData("[upstream.buffer]\nkeep = 7", 7, 8, "`upstream.buffer.keep` is 7", "with its unit (ms, s, m, h or d), as in \"7d\"")]
    [InlineData("[upstream.buffer]\nkeep = \"7\"", 7, 8, "is \"7\"", "with its unit")]
    [InlineData("[upstream.buffer]\nkeep = \"99999999999999999999d\"", 7, 8, "is \"9999", "with its unit")]
    [InlineData("[upstream.buffer]\nkeep = \"0s\"", 7, 8, "is \"0s\"", "a duration from 1s to 3650d")]
    [InlineData("[[upstream.buffer]]\nkeep = \"1s\"", 6, 1, "`upstream.buffer` is a list", "expected a table")]
    [InlineData("[detectors.d]\nmodel = \"m\"", 6, 1, "`detectors.d.source` is needed, but missing", "name one of [sources.NAME]")]
    [InlineData("[detectors.d]\nsource = \"pumps\"", 6, 1, "`detectors.d.model` is needed, but missing", "model = \"pump-health\"")]
    [InlineData("[detectors.d]\nmodel = \"m\"\nsource = \"pump\"", 8, 10, "`detectors.d.source` is \"pump\"",
        "the name of one of [sources.NAME]: pumps; did you mean \"pumps\"?")]
    [InlineData("[detectors]\nd = { source = \"pumps\", model = \"m\", clear = 1.5 }",
        7, 46, "`detectors.d.clear` is 1.5", "above 0, and 1 at most")]
    [InlineData(
        "[detectors]\nd = { source = \"pumps\", model = \"m\", clear = 0 }", 7, 46, "`detectors.d.clear` is 0", "above 0, and 1 at most")]
    [InlineData("[detectors]\nd = { source = \"pumps\", model = \"m\", on_after = 0 }", 7, 49, "`detectors.d.on_after` is 0", "from 1 to")]
    [InlineData("[detectors]\nd = { source = \"pumps\", model = \"m\", forward = \"everywindow\" }", 7,
        48, "is \"everywindow\"", "\"anomalies\" or \"every-window\"; did you mean \"every-window\"?")]
    [InlineData(
        "[detectors]\nd = { source = \"pumps\", model = \"m\", severity = 1 }", 7, 49, "is 1", "\"info\" or \"warning\" or \"critical\"")]
    [InlineData(
        "[detectors]\nd = { source = \"pumps\", model = \"m\", critical = 0.5 }", 7, 49, "`detectors.d.critical` is 0.5", "1 or more")]
    [InlineData(
        "[detectors]\nd = { source = \"pumps\", model = \"m\", channel = 3 }", 7, 48, "`detectors.d.channel` is 3", "a text in quotes")]
    [InlineData(
        "[sources.s]\nmqtt = { url = \"mqtt://x\", topics = [\"a\"] }\nchannels = [\"oil\", \"speed\"]\n[detectors]\n"
            + "d = { source = \"s\", model = \"m\", channel = \"sped\" }", 10, 44,
            "`detectors.d.channel` is \"sped\"", "the channels of [sources.s]: oil, speed; did you mean \"speed\"?")]
    [InlineData("[[rules]]\nname = \"x\"", 6, 1, "`rules[0].when` is needed, but missing", "when = \"score > 2")]
    [InlineData(
        "[[rules]]\nwhen = \"score > 1 & b > 2\"", 7, 19, "is no rule: `&` is not known; write `&&`", "score > 1 & b > 2\n          ^")]
    [InlineData("[[rules]]\nwhen = \"`😀` > 1 & b > 2\"", 7, 17, "is no rule: `&` is not known", "^")]
    [InlineData("[[rules]]\nwhen = \"score == 'A'\"", 7, 8, "`rules[0].when` compares `score` with a text", "`score` is a number")]
    [InlineData("[[rules]]\nwhen = \"score > \\u0031 & b > 2\"", 7, 8, "is no rule: `&` is not known", "          ^")]
    [InlineData("[[rules]]\nwhen = \"score > 1\"\ndetector = \"d\"", 8, 12,
        "`rules[0].detector` is \"d\"", "[detectors.NAME], of which there are none")]
    [InlineData("[[rules]]\nwhen = \"score > 1\"\nseverity = \"critcal\"", 8, 12, "is \"critcal\"", "did you mean \"critical\"?")]
    [InlineData("[[rules]]\nwhen = \"score > 1\"\n[[rules]]\nwhen = \"score > 1\"\nwhy = 1",
        10, 1, "unknown key `rules[1].why`", "expected one of: when, name, detector, severity")]
    [InlineData("[rules]\nwhen = \"score > 1\"", 6, 1, "`rules` is a table", "each under [[rules]]")]
    public void An_error_is_told_with_its_exact_place(string added, int line, int column, string problem, string remedy)
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + added);
        AssertError(Assert.Single(Errors(configuration)), line, column, problem, remedy);
    }

    /// <summary>A whole source, on line 2 its connection and on line 3 the rest.</summary>
    [Theory]
    [InlineData("topics = [\"a\"]", "", 2, 8, "`sources.s.mqtt.url` is needed, but missing", "url = \"mqtt://127.0.0.1:1883\"")]
    [InlineData("url = \"mqtt://h\"", "", 2, 8, "`sources.s.mqtt.topics` is needed, but missing", "topics = [\"plant/+/telemetry\"]")]
    [InlineData("url = \"mqtt://h\", topics = []", "", 2, 37, "`sources.s.mqtt.topics` is a list", "a list of texts, with one at least")]
    [InlineData("url = \"mqtt://h\", topics = \"a\"", "", 2, 37, "is \"a\"", "a list of texts")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\", 1]", "", 2, 43, "is 1", "a text in quotes")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\", \"b+/c\"]", "", 2, 43, "is \"b+/c\"", "+ stands alone")]
    [InlineData("url = \"mqtt://h\", topics = [\"#/a\"]", "", 2, 38, "is \"#/a\"", "# stands alone and last")]
    [InlineData("url = \"mqtt://h\", topics = [\"a#\"]", "", 2, 38, "is \"a#\"", "# stands alone and last")]
    [InlineData("url = \"mqtt://h\", topics = [\"\"]", "", 2, 38, "is \"\"", "a topic filter")]
    [InlineData("url = \"http://h\", topics = [\"a\"]", "", 2, 16, "is \"http://h\"", "begins with mqtt:// or")]
    [InlineData("url = \"h:1883\", topics = [\"a\"]", "", 2, 16, "is \"h:1883\"", "an address such as")]
    [InlineData("url = \"mqtt://h:99999\", topics = [\"a\"]", "", 2, 16, "is \"mqtt://h:99999\"", "a port from 1 to 65535")]
    [InlineData("url = \"mqtt://h:0\", topics = [\"a\"]", "", 2, 16, "is \"mqtt://h:0\"", "a port from 1 to 65535")]
    [InlineData("url = \"mqtt://h/x\", topics = [\"a\"]", "", 2, 16, "is \"mqtt://h/x\"", "nothing after host and port")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], version = 5", "", 2, 54, "`sources.s.mqtt.version` is 5", "\"5\" or \"3.1.1\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], qos = 2", "", 2, 50, "`sources.s.mqtt.qos` is 2", "expected 0 or 1")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], persistent = 1", "", 2, 57, "is 1", "true or false")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], receive_limit = 0", "", 2, 60, "is 0", "from 1 to 65535")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], keep_alive = \"1d\"", "", 2, 57, "is \"1d\"", "from 1s to 65535s")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], ca_file = \"no.pem\"", "", 2, 54, "names a file, ", "relative paths start at")]
    [InlineData(
        "url = \"mqtt://h\", topcs = [\"a\"], topics = [\"a\"]", "", 2, 28, "unknown key `sources.s.mqtt.topcs`", "did you mean `topics`?")]
    [InlineData(
        "url = \"mqtt://h\", topics = [\"a\"]", "topics = [\"a\"]", 3, 1, "unknown key `sources.s.topics`", "did you mean `mqtt.topics`?")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "sample_rate = \"3200\"", 3, 15,
        "`sources.s.sample_rate` is \"3200\"", "samples a second with their unit (Hz or kHz)")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "sample_rate = \"0Hz\"",
        3, 15, "`sources.s.sample_rate` is \"0Hz\"", "from 0.001Hz to 10000kHz")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "sample_rate = 3200", 3, 15, "`sources.s.sample_rate` is 3200", "as in \"3200Hz\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "sample_rate = \"meta..rate\"",
        3, 15, "is \"meta..rate\"", "or the path of that number in the payload")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "block_time = \"frist\"",
        3, 14, "`sources.s.block_time` is \"frist\"", "did you mean \"first\"?")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"joind\"",
        3, 11, "`sources.s.reading` is \"joind\"", "did you mean \"joined\"?")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "tolerance = \"2d\"",
        3, 13, "`sources.s.tolerance` is \"2d\"", "a duration from 0s to 1d")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"message\"\ntolerance = \"1s\"",
        4, 13, "`sources.s.tolerance` has no meaning here", "it belongs to reading = \"joined\" or \"auto\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "every = \"1s\"",
        3, 9, "`sources.s.every` has no meaning here", "it belongs to reading = \"sampled\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"sampled\"\nevery = \"1s\"",
        1, 1, "`sources.s.stale` is needed, but missing", "stale = \"1m\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"sampled\"\nstale = \"1m\"",
        1, 1, "`sources.s.every` is needed, but missing", "every = \"10s\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"sampled\"\nevery = \"10s\"\nstale = \"1s\"",
        5, 9, "`sources.s.stale` is shorter than every, 10s", "make it longer")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "reading = \"sampled\"\nevery = \"10ms\"\nstale = \"11s\"",
        5, 9, "`sources.s.stale` is more than 1000 times every", "make stale shorter or every longer")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], version = \"3.1.1\"",
        "share = {}", 3, 9, "`sources.s.share` needs MQTT 5", "set mqtt.version = \"5\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"], persistent = false", "share = {}", 3, 9,
        "`sources.s.share` needs a session that the broker keeps", "mqtt.persistent = false")]
    [InlineData("url = \"mqtt://h\", topics = [\"$share/g/a\"]", "share = {}", 3, 9,
        "`sources.s.share` and the shared subscription \"$share/g/a\" do not go together", "without it")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "share = { grup = \"a\" }",
        3, 11, "unknown key `sources.s.share.grup`", "did you mean `group`?")]
    [InlineData(
        "url = \"mqtt://h\", topics = [\"a\"]", "topcs = [\"a\"]", 3, 1, "unknown key `sources.s.topcs`", "did you mean `mqtt.topics`?")]
    [InlineData("url = \"mqtt://h\", topics = [\"😀\", \"ü+\"]", "", 2, 43, "is \"ü+\"", "+ stands alone")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "device = \"payload.\"", 3, 10, "is \"payload.\"", "\"payload.PATH\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a/#\", \"a/b\"]", "device = \"topic[2]\"",
        3, 10, "is \"topic[2]\", but topics of \"a/b\" have no such level", "counted from 0")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "decode = \"xml\"", 3, 10, "is \"xml\"", "expected \"auto\" or \"json\"")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "time = \"a..b\"", 3, 8, "is \"a..b\"", "a path in the payload")]
    [InlineData("url = \"mqtt://h\", topics = [\"a\"]", "payload_limit = 262144", 3, 17, "is 262144", "with its unit")]
    public void An_error_of_a_source_is_told_with_its_exact_place(
        string mqtt, string rest, int line, int column, string problem, string remedy)
    {
        using var configuration = new TestConfiguration(
            $"[sources.s]\nmqtt = {{ {mqtt} }}\n{rest}\nchannels = \"*\"\n[upstream]\nmqtt = {{ url = \"mqtt://hub\" }}");
        AssertError(Assert.Single(Errors(configuration)), line, column, problem, remedy);
    }

    [Theory]
    [InlineData("\"values\"", 3, 12, "`sources.s.channels` is \"values\"", "\"PATH.*\"")]
    [InlineData("\".*\"", 3, 12, "is \".*\"", "\"PATH.*\"")]
    [InlineData("[]", 3, 12, "is a list", "a list of names or of tables")]
    [InlineData("[\"a\", 1]", 3, 18, "is 1", "expected a table")]
    [InlineData("[\"a\", \"a\"]", 3, 18, "names the channel \"a\" twice", "a name of its own")]
    [InlineData("[{ path = \"a\" }]", 3, 13, "`sources.s.channels[0].name` is needed, but missing", "name = \"pressure\"")]
    [InlineData(
        "[{ name = \"a\", min = 2, max = 1 }]", 3, 42, "`sources.s.channels[0].max` is 1, not above `min`, which is 2", "min < max")]
    [InlineData("[{ name = \"a\", min = nan }]", 3, 33, "`sources.s.channels[0].min` is NaN", "expected a number")]
    [InlineData("[{ name = \"a\", uint = \"K\" }]", 3, 27, "unknown key `sources.s.channels[0].uint`", "did you mean `unit`?")]
    [InlineData(
        "[\"values.*\"]", 3, 13, "`sources.s.channels` has \"values.*\" in a list", "write channels = \"values.*\" for every number there;")]
    [InlineData("[\"a\", \"*\"]", 3, 18, "`sources.s.channels` has \"*\" in a list", "or list the channels by name")]
    [InlineData("[{ name = \"v.*\" }]", 3, 13, "`sources.s.channels` has \"v.*\" in a list", "write channels = \"v.*\"")]
    public void An_error_of_a_channel_is_told_with_its_exact_place(string channels, int line, int column, string problem, string remedy)
    {
        using var configuration = new TestConfiguration(
            $"[sources.s]\nmqtt = {{ url = \"mqtt://h\", topics = [\"a\"] }}\nchannels = {channels}\n[upstream]\nmqtt = "
                + $"{{ url = \"mqtt://hub\" }}");
        AssertError(Assert.Single(Errors(configuration)), line, column, problem, remedy);
    }

    [Theory]
    [InlineData("x/+", "without the wildcards")]
    [InlineData("x/#", "without the wildcards")]
    [InlineData("x/{machine}", "no other placeholders than {site}, {agent}, {device}, {detector}")]
    [InlineData("x/{site", "no other placeholders")]
    public void The_topic_of_events_has_no_wildcards_and_known_placeholders(string topic, string remedy)
    {
        using var configuration = new TestConfiguration(
            TestConfiguration.Least.Replace("8883\" }", $"8883\", topic = \"{topic}\" }}", StringComparison.Ordinal));
        AssertError(Assert.Single(Errors(configuration)), 5, 52, $"`upstream.mqtt.topic` is \"{topic}\"", remedy);
    }

    [Fact]
    public void What_is_absent_altogether_is_told_with_lines_to_write()
    {
        using var configuration = new TestConfiguration("[agent]\nsite = \"a\"");
        var errors = Errors(configuration);

        Assert.Equal(2, errors.Count);
        AssertError(errors[0], 1, 1, "`sources` is needed, but missing", "[sources.pumps]\nmqtt = ");
        AssertError(errors[1], 1, 1, "`upstream` is needed, but missing", "[upstream]\nmqtt = ");
    }

    [Fact]
    public void All_errors_of_all_files_are_told_at_once_in_order()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + "[agent]\nlanes = 99\nsitte = \"x\"\nid = 1")
            .Write("conf.d/10.toml", "[upstream]\nin_flight = 0")
            .With("EDGEAGENT__AGENT__SITE", "a+b");

        Assert.Equal(
            """
            edgeagent.toml:7:9: `agent.lanes` is 99
                expected a whole number from 0 to 64
            edgeagent.toml:8:1: unknown key `agent.sitte`
                expected one of: site, id, state, runtime, checkpoint, demo, lanes; did you mean `site`?
            edgeagent.toml:9:6: `agent.id` is 1
                expected a text in quotes
            conf.d/10.toml:2:13: `upstream.in_flight` is 0
                expected a whole number from 1 to 65535
            EDGEAGENT__AGENT__SITE: `agent.site` is "a+b"
                expected a text without + and #, for it becomes part of topics
            """, string.Join('\n', Errors(configuration)));
    }

    [Theory]
    [InlineData("[agent\nsite = \"x\"", 1)]
    [InlineData("[agent]\nsite = x", 2)]
    [InlineData("[agent]\nsite = \"x\nid = \"y\"", 2)]
    [InlineData("[agent]\nsite = \"x\"\nsite = \"y\"", 3)]
    [InlineData("[agent]\nsite = \"x\"\n[agent]\nid = \"y\"", 3)]
    public void A_slip_in_the_syntax_is_told_with_its_line_and_nothing_else(string text, int line)
    {
        using var configuration = new TestConfiguration(text);
        var error = Errors(configuration)[0];
        Assert.Equal(("edgeagent.toml", line), (error.File, error.Line));
        Assert.StartsWith("this is not valid TOML: ", error.Problem, StringComparison.Ordinal);
        Assert.True(error.Column > 0);
        Assert.DoesNotContain(Errors(configuration), other => other.Problem.Contains("missing", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        using var configuration = new TestConfiguration("");
        File.Delete(configuration.MainFile);
        var error = Assert.Single(Errors(configuration));
        Assert.Equal(
            $"edgeagent.toml: there is no file {configuration.MainFile}\n    name yours with --config FILE; the README shows a first one, "
                + $"deploy/edgeagent.toml every key", error.ToString());
    }

    [Theory]
    [InlineData("EDGEAGENT__AGENT__LANES", "many", "`agent.lanes` is \"many\"")]
    [InlineData("EDGEAGENT__AGENT__LANE", "1", "unknown key `agent.lane`")]
    [InlineData("EDGEAGENT__UPSTREEM__MQTT__URL", "mqtt://h", "unknown key `upstreem`")]
    [InlineData("EDGEAGENT__UPSTREAM", "x", "`upstream` is \"x\"")]
    [InlineData("EDGEAGENT__AGENT____SITE", "x", "a part of this variable's name is empty")]
    [InlineData("EDGEAGENT__SOURCES__PUMPS__MQTT__TOPICS", "[\"a\"", "this is not a valid list")]
    [InlineData("EDGEAGENT__SOURCES__PUMPS__MQTT__TOPICS", "a/+b", "`sources.pumps.mqtt.topics` is \"a/+b\"")]
    [InlineData("EDGEAGENT__RULES__1__WHEN", "score > 1", "`rules` is a list of 1")]
    [InlineData("EDGEAGENT__RULES__0__WHEN", "score >", "`rules[0].when` is no rule")]
    public void A_wrong_override_names_its_variable(string variable, string value, string problem)
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + "[[rules]]\nwhen = \"score > 1\"").With(variable, value);
        var error = Assert.Single(Errors(configuration));
        Assert.Equal((variable, 0), (error.File, error.Line));
        Assert.StartsWith(problem, error.Problem, StringComparison.Ordinal);
        Assert.StartsWith($"{variable}: ", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password = \"hunter2\"", 52, "use `password_file`")]
    [InlineData("PASSWORD = \"hunter2\"", 52, "use `password_file`")]
    [InlineData("password_file = \"hunter2\"", 68, "relative paths")]
    [InlineData("password_file = 0x41, username = \"hunter2\"", 68, "a text in quotes")]
    [InlineData("api_token = \"hunter2\"", 52, "secrets come by file")]
    public void A_secret_is_never_shown(string written, int column, string remedy)
    {
        using var configuration = new TestConfiguration(
            $"[sources.s]\nmqtt = {{ url = \"mqtt://host\", topics = [\"abcdef\"], {written} }}\nchannels = \"*\"\n[upstream]\nmqtt = "
                + $"{{ url = \"mqtt://hub\" }}");
        var error = Assert.Single(Errors(configuration));
        Assert.Equal((2, column), (error.Line, error.Column));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url = \"mqtt://me:hunter2@host:1883\"")]
    [InlineData("url = \"http://me:hunter2@host:1883\"")]
    [InlineData("url = \"mqtt://me:hunter2@host:99999\"")]
    [InlineData("url = \"mqtt://me:hunter2@host:1883")]
    [InlineData("url = \"mqtt://me:hunter2@host\", url = \"mqtt://host\"")]
    [InlineData("url = \"mqtt://host\", topic = \"mqtt://me:hunter2@host/#\"")]
    [InlineData("password = hunter2")]
    [InlineData("password = \nhunter2")]
    [InlineData("a = 1 }\nupstream = { a_token = \"hunter2\"")]
    [InlineData("password_file = hunter2")]
    public void A_password_in_a_url_or_a_slip_is_refused_unseen(string written)
    {
        using var configuration = new TestConfiguration($"{TestConfiguration.Least.Replace("url = \"mqtts://hub.example:8883\"", written, StringComparison.Ordinal)}");
        Assert.DoesNotContain("hunter2", string.Join('\n', Errors(configuration)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_a_url_of_the_environment_is_refused_unseen()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least)
            .With("EDGEAGENT__UPSTREAM__MQTT__URL", "mqtt://me:hunter2@host");
        Assert.Equal(
            "EDGEAGENT__UPSTREAM__MQTT__URL: `upstream.mqtt.url` holds a user name or a password\n"
            + "    name them by `username` and `password_file`; the address is mqtt://host:port alone",
            Assert.Single(Errors(configuration)).ToString());
    }

    [Fact]
    public void Deep_nesting_and_junk_end_in_errors()
    {
        var deep = "a" + string.Concat(Enumerable.Repeat(".a", 20_000));
        string[] texts = ["a = " + new string('[', 100_000), $"{deep} = 1", $"[{deep}]",
            "\0\ufffd=\u0001", "[[[", "a = {", "= 1", "[]", "[agent]\n\"\" = 1"];
        foreach (var text in texts)
        {
            using var configuration = new TestConfiguration(text).Write("conf.d/10.toml", text);
            Assert.NotEmpty(Errors(configuration));
        }
    }

    [Fact]
    public void Random_damage_to_a_file_ends_in_errors_or_options()
    {
        const string Signs = "[]{}=\"'.,#\\\n -_0a:@";
        var random = new Random(7_041_776);
        using var configuration = new TestConfiguration("");
        for (var round = 0; round < 500; round++)
        {
            var text = (TestConfiguration.Least + "[[rules]]\nwhen = \"score > 1\"\n").ToCharArray();
            for (var count = random.Next(1, 4); count > 0; count--)
                text[random.Next(text.Length)] = Signs[random.Next(Signs.Length)];
            var result = configuration.Write("edgeagent.toml", new string(text)).Load();
            Assert.Equal(result.IsValid, result.Errors.Count == 0);
        }
    }

    private static void AssertError(ConfigurationError error, int line, int column, string problem, string remedy)
    {
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.Equal(("edgeagent.toml", line, column), (error.File, error.Line, error.Column));
    }
}

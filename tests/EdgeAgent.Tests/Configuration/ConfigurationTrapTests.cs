using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

/// <summary>Slips that are easy to make and hard to find: each is told where it is, with what helps.</summary>
public sealed class ConfigurationTrapTests
{
    [Theory]
    [InlineData("sources.s", "[sources.s]\nchannels = \"values.*\"\nmqtt.url = \"mqtt://x\"\nmqtt.topics = [\"a\"]\n")]
    [InlineData("upstream", "[upstream.mqtt]\n")]
    public void A_password_without_a_user_is_told_for_it_would_be_sent_to_nobody(string table, string text)
    {
        var key = text.StartsWith("[sources", StringComparison.Ordinal) ? "mqtt.password_file" : "password_file";
        using var configuration = new TestConfiguration((table == "upstream"
            ? TestConfiguration.Least.Replace("mqtt = { url = \"mqtts://hub.example:8883\" }\n", "", StringComparison.Ordinal)
                + text + "url = \"mqtts://hub.example:8883\"\n"
            : TestConfiguration.Least + text) + $"{key} = \"secret\"\n").Write("secret", "x");

        var error = Assert.Single(configuration.Load().Errors);

        Assert.Equal($"`{table}.mqtt.username` is needed, but missing", error.Problem);
        Assert.Contains("username = ", error.Remedy, StringComparison.Ordinal);
        Assert.True(error.Line > 4, $"{error}");
    }

    [Theory]
    [InlineData("site = \"a\\")]
    [InlineData("site = \"a\\u00")]
    [InlineData("\"a\\")]
    public void A_file_that_ends_within_a_text_is_told_at_its_end(string end)
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least + end);

        var error = configuration.Load().Errors[^1];

        Assert.Equal(TestConfiguration.Least.Count(c => c == '\n') + 1, error.Line);
        Assert.Contains("not valid TOML", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gw", "gw", "mqtt://hub.example", "mqtt://hub.example:1883", "upstream.mqtt.client_id", "sources.pumps")]
    [InlineData("gw", "gw", "mqtt://127.0.0.1:1884", "mqtt://localhost:1884", "upstream.mqtt.client_id", "sources.pumps")]
    [InlineData("gw", "gw", "mqtts://HUB.example", "mqtts://hub.example:8883", "upstream.mqtt.client_id", "sources.pumps")]
    [InlineData(
        "edgeagent-g1-upstream", "", "mqtt://hub.example", "mqtt://hub.example:1883", "upstream.mqtt.client_id", "sources.pumps")]
    public void One_client_id_at_both_ends_of_one_broker_is_told(
        string sourceId, string upstreamId, string sourceUrl, string upstreamUrl, string key, string other)
    {
        var id = upstreamId.Length > 0 ? $", client_id = \"{upstreamId}\"" : "";
        using var configuration = new TestConfiguration($$"""
            [agent]
            id = "g1"
            [sources.pumps]
            mqtt = { url = "{{sourceUrl}}", topics = ["a"], client_id = "{{sourceId}}" }
            channels = "values.*"
            [upstream]
            mqtt = { url = "{{upstreamUrl}}"{{id}} }
            """);

        var error = Assert.Single(configuration.Load().Errors);

        Assert.Equal((7, key), (error.Line, error.Key));
        Assert.Contains($"as that of {other}.mqtt at the same broker", error.Problem, StringComparison.Ordinal);
        Assert.Contains("throw each out in turn", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sources_of_one_broker_need_two_ids_and_two_brokers_do_not()
    {
        const string Two = """
            [sources.a]
            mqtt = { url = "mqtt://one", topics = ["a"], client_id = "x" }
            channels = "values.*"
            [sources."b.c"]
            mqtt = { url = "mqtt://two", topics = ["a"], client_id = "x" }
            channels = "values.*"
            [upstream]
            mqtt = { url = "mqtt://three", client_id = "x" }
            """;
        using var fine = new TestConfiguration(Two);
        Assert.Empty(fine.Load().Errors);

        using var same = new TestConfiguration(Two.Replace("mqtt://two", "mqtt://one", StringComparison.Ordinal));
        var error = Assert.Single(same.Load().Errors);
        Assert.Equal((5, "sources.b.c.mqtt.client_id"), (error.Line, error.Key));
    }

    [Theory]
    [InlineData("EDGEAGENT_UPSTREAM__MQTT__URL", "EDGEAGENT__UPSTREAM__MQTT__URL")]
    [InlineData("EDGEAGENT_UPSTREAM_MQTT_URL", "EDGEAGENT__UPSTREAM__MQTT__URL")]
    [InlineData("EDGEAGENT_UPSTREAM__IN_FLIGHT", "EDGEAGENT__UPSTREAM__IN_FLIGHT")]
    [InlineData("EDGEAGENT_HEALTH_LISTEN", "EDGEAGENT__HEALTH__LISTEN")]
    [InlineData("EDGEAGENT___AGENT__ID", "EDGEAGENT__AGENT__ID")]
    [InlineData("EDGEAGENT_UPSTEAM__MQTT__URL", "EDGEAGENT__UPSTREAM__MQTT__URL")]
    [InlineData("EDGE_AGENT__AGENT__ID", "EDGEAGENT__AGENT__ID")]
    [InlineData("EDGAGENT__UPSTREAM__MQTT__URL", "EDGEAGENT__UPSTREAM__MQTT__URL")]
    [InlineData("edgeagent_agent__site", "EDGEAGENT__AGENT__SITE")]
    public void A_variable_that_nearly_sets_a_key_is_told_with_the_name_that_does(string variable, string meant)
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least).With(variable, "x");

        var result = configuration.Load();

        // Three underscores make a key that begins with one, which no table has.
        if (variable.StartsWith("EDGEAGENT___", StringComparison.Ordinal))
        {
            Assert.Equal(variable, Assert.Single(result.Errors).File);
            return;
        }
        Assert.Empty(result.Errors);
        var warning = Assert.Single(result.Warnings);
        Assert.Equal(variable, warning.File);
        Assert.EndsWith($"did you mean {meant}?", warning.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EDGEAGENT_SERVICE_HOST")]
    [InlineData("EDGEAGENT_PORT_9464_TCP_ADDR")]
    [InlineData("EDGEAGENT_HEALTH_SERVICE_HOST")]
    [InlineData("EDGEAGENT_HEALTH_SERVICE_PORT_HTTP")]
    [InlineData("EDGEAGENT_HEALTH_PORT_9464_TCP")]
    [InlineData("EDGEAGENT_IMAGE")]
    [InlineData("EDGEAGENT_SEED")]
    [InlineData("PATH")]
    [InlineData("AGENT__UPSTREAM__URL")]
    [InlineData("EDGEAGENT__AGENT__ID")]
    public void A_variable_of_others_is_none_of_ours(string variable)
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least).With(variable, "x");
        Assert.Empty(configuration.Load().Warnings);
    }

    [Fact]
    public void A_misspelt_override_names_its_variable_and_the_nearest_key()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least).With("EDGEAGENT__UPSTEAM__MQTT__URL", "mqtt://x");
        var error = Assert.Single(configuration.Load().Errors);
        Assert.Equal("EDGEAGENT__UPSTEAM__MQTT__URL", error.File);
        Assert.EndsWith("did you mean `upstream`?", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_and_copies_of_an_editor_are_left_out_and_told()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least)
            .Write("conf.d/10.toml", "[agent]\nsite = \"x\"").Write("conf.d/10.toml~", "junk").Write("conf.d/.10.toml.swp", "junk")
            .Write("conf.d/#10.toml#", "junk").Write("conf.d/#11.toml", "junk").Write("conf.d/README", "for people");
        var folder = Path.Combine(configuration.Folder, "conf.d");
        File.CreateSymbolicLink(Path.Combine(folder, ".#10.toml"), "someone@host.4711:1700000000");
        File.CreateSymbolicLink(Path.Combine(folder, "#12.toml"), "someone@host.4711:1700000000");
        Directory.CreateDirectory(Path.Combine(folder, "..2026_11_30"));
        File.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026_11_30");

        var result = configuration.Load();

        Assert.Equal("x", result.Options?.Site);
        Assert.Equal(
            ["conf.d/#10.toml#", "conf.d/#11.toml", "conf.d/#12.toml", "conf.d/.#10.toml", "conf.d/.10.toml.swp", "conf.d"],
            result.Warnings.Select(w => w.File));
        Assert.StartsWith("1 more file", result.Warnings[^1].Problem, StringComparison.Ordinal);
        Assert.All(result.Warnings, w => Assert.Contains("not read", w.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_drop_in_that_leads_nowhere_is_told_with_its_target()
    {
        using var configuration = new TestConfiguration(TestConfiguration.Least).Write("conf.d/10.toml", "");
        File.CreateSymbolicLink(Path.Combine(configuration.Folder, "conf.d", "20.toml"), "/nowhere/20.toml");
        var error = Assert.Single(configuration.Load().Errors);
        Assert.Equal("conf.d/20.toml", error.File);
        Assert.Equal("if it is a link that leads nowhere, take it away", error.Remedy);
    }

    [Theory]
    [InlineData("[agent]\nsite = \"plant-a\nid = \"x\"\nlanes = 2\n[upstream]\nmqtt = { url = \"mqtt://x\" }\nin_flight = 3\n", 2, 8)]
    [InlineData("[agent]\nsite = plant-a\"\nid = \"x\"\nlanes = 2\n[upstream]\nmqtt = { url = \"mqtt://x\" }\n", 2, 15)]
    [InlineData("# \"quoted\nsite = 'x\n[agent]\nid = \"y\"\n", 2, 8)]
    [InlineData("[agent]\nsite = \"\"\"x\ny = 1\nz = 2\n", 2, 8)]
    [InlineData("[agent]\nsite = \"a\\\"b\nid = \"x\"\n", 2, 8)]
    [InlineData("[sources.s]\nmqtt = { url = \"mqtt://x, topics = [\"a\"] }\nchannels = \"values.*\"\n", 2, 39)]
    public void A_missing_quote_is_one_error_where_it_is_missing(string text, int line, int column)
    {
        using var configuration = new TestConfiguration(text);

        var error = Assert.Single(configuration.Load().Errors);

        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains("no closing quote", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_slips_the_first_are_told_and_the_rest_is_counted()
    {
        using var configuration = new TestConfiguration(string.Concat(Enumerable.Range(0, 20).Select(i => $"a{i} = x{i}\n")));

        var errors = configuration.Load().Errors;

        Assert.Equal([1, 2, 3], errors.Select(e => e.Line));
        Assert.EndsWith("17 more lines cannot be read, most often because of the first", errors[2].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_in_an_error_moves_a_cursor()
    {
        var error = new ConfigurationError("edgeagent.toml", 1, 1, "", "unknown key `a\e[2J\u009b\u2028`", "did you mean\n`a\r`?");
        Assert.Equal("edgeagent.toml:1:1: unknown key `a\\x1b[2J\\x9b\\u2028`\n    did you mean\n    `a\\r`?", error.ToString());
    }
}

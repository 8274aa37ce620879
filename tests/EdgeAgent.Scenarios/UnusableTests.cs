using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using EdgeAgent.Tests.Control;

namespace EdgeAgent.Scenarios;

/// <summary>Messages that the real agent can make nothing of, told by the real commands.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnusableTests
{
    [Fact]
    public async Task Texts_gzip_and_a_device_without_the_channels_degrade_the_health_and_say_why()
    {
        using var scenario = new Scenario(state: "st");
        scenario.Configure(topics: "\"plant/+/telemetry\", \"line/+/telemetry\"", upstream: "status_every = \"1s\"");
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        await using var status = await Consumer.Start(scenario.Hub, "edgeagent/test/gateway/status");
        using var agent = scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        await agent.Says("upstream connected");
        Assert.Equal("healthy", (await scenario.Status()).GetProperty("health").GetString());

        for (var i = 0; i < 20; i++)
            await Publish("p1", $$$"""{"ts":{{{1_767_225_600 + i}}},"values":{"flow":"23,4"}}""");
        var told = await Trouble(scenario, "source pumps: 20 of 20 messages");
        Assert.Contains("only_texts", told.GetProperty("text").GetString());
        Assert.Contains("decimal_comma", told.GetProperty("remedy").GetString());
        var (exitCode, health) = await AgentProcess.Run("health", "--config", scenario.ConfigurationFile);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("ready, degraded", health);
        Assert.Contains("only_texts (its values below \"values\" are texts, not numbers)", health);

        for (var i = 0; i < 40; i++) await Plant.Publish(scenario.Sensors, "plant/p1/telemetry", "<flow>23.4</flow>"u8.ToArray());
        told = await Trouble(scenario, "which looks like XML");
        Assert.Contains("have the sender publish one of the formats of docs/messages.md", told.GetProperty("remedy").GetString());

        for (var i = 0; i < 70; i++)
            await Publish("p9", $$$"""{"ts":{{{1_767_225_600 + i}}},"values":{"Pressur":1}}""");
        told = await Trouble(scenario, "1 device is not judged: p9 lacks ");
        Assert.Contains("Pressure (did you mean Pressur?)", told.GetProperty("text").GetString());
        var report = await scenario.Status();
        Assert.Equal((1, 0, 1), (report.GetProperty("devicesNotJudged").GetInt32(),
            report.GetProperty("detectors")[0].GetProperty("devicesLearning").GetInt32(),
            report.GetProperty("detectors")[0].GetProperty("devicesLacking").GetInt32()));
        var source = report.GetProperty("sources")[0];
        Assert.Equal((20, 40), (source.GetProperty("messages").GetProperty("refused").GetProperty("only_texts").GetInt32(),
            source.GetProperty("messages").GetProperty("refused").GetProperty("unknown_format").GetInt32()));
        Assert.Equal("line/+/telemetry", Assert.Single(source.GetProperty("unmatchedTopics").EnumerateArray()).GetString());

        var (_, shown) = await scenario.Ask("status");
        Assert.Contains("‼ 1 device is not judged: p9 lacks", shown);
        Assert.Contains("pumps refused: unknown_format 40, only_texts 20", shown);
        var (_, doctor) = await AgentProcess.Run("doctor", "--config", scenario.ConfigurationFile);
        Assert.Contains("‼ agent: 1 device is not judged: p9 lacks", doctor);
        Assert.Contains("→ correct the source's channels", doctor);
        Assert.Contains("nothing has come on line/+/telemetry yet", doctor);
        await Eventually.Holds(
            () => status.Events.Any(e => e.Contains("\"trouble\":\"1 device is not judged: p9") && e.Contains("\"troubles\":1")),
            () => string.Join('\n', status.Events));
        Assert.All(status.Events, e => Assert.True(Encoding.UTF8.GetByteCount(e) < 1024, e));
        Assert.Contains("\"reason\":\"only_texts\"", await File.ReadAllTextAsync(Path.Combine(scenario.StateFolder, "dead-letter.jsonl")));

        Task Publish(string device, string payload) => Plant.Publish(scenario.Sensors, $"plant/{device}/telemetry", Utf8(payload));
    }

    [Fact]
    public async Task A_topic_on_which_nothing_comes_is_told_after_a_minute_and_counted_in_the_metrics()
    {
        using var scenario = new Scenario();
        var port = Demo.DemoBroker.FreePort();
        scenario.Configure(topics: "\"Plant/+/telemetry\"", upstream: $"[health]\nlisten = \"127.0.0.1:{port}\"");
        await scenario.Sensors.Start();
        await scenario.Hub.Start();
        using var agent = scenario.StartAgent();
        await agent.Says("source pumps subscribed");
        await Plant.Publish(scenario.Sensors, "plant/p1/telemetry", "{}"u8.ToArray());
        await Task.Delay(TimeSpan.FromSeconds(60));

        var told = await Trouble(scenario, "nothing has come on Plant/+/telemetry");
        Assert.Contains("check the topics", told.GetProperty("remedy").GetString());
        using var http = new HttpClient();
        var page = MetricsPageParser.Read(await http.GetStringAsync($"http://127.0.0.1:{port}/metrics"));
        Assert.Equal((1, 0, 1), (page.Series["edgeagent_source_unheard{source=\"pumps\"}"],
            page.Series["edgeagent_source_unusable_share{source=\"pumps\"}"], page.Series["edgeagent_troubles"]));
        Assert.Equal(0, page.Series["edgeagent_source_refused_total{source=\"pumps\",reason=\"no_channels\"}"]);
        Assert.Equal(0, page.Series["edgeagent_source_filtered_total{source=\"pumps\",reason=\"late\"}"]);
        Assert.Equal(0, page.Series["edgeagent_windows_not_a_number_total{detector=\"pump-health\"}"]);
        Assert.Equal(0, page.Series["edgeagent_devices_not_judged"]);
    }

    /// <summary>Waits for the agent to tell of a trouble.</summary>
    private static async Task<JsonElement> Trouble(Scenario scenario, string text)
    {
        JsonElement status = default, found = default;
        await Eventually.Holds(() =>
        {
            status = scenario.Status().Result;
            found = status.GetProperty("troubleList").EnumerateArray()
                .FirstOrDefault(t => t.GetProperty("text").GetString()!.Contains(text));
            return found.ValueKind == JsonValueKind.Object;
        }, () => $"{status}");
        Assert.Equal("degraded", status.GetProperty("health").GetString());
        return found;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

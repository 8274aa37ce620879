using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using EdgeAgent.Demo;
using EdgeAgent.Tests.Control;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace EdgeAgent.Scenarios;

/// <summary>The real agent, asked and told by the real commands, by HTTP and by a real gRPC client.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ControlTests
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    [Fact]
    public async Task Status_tells_the_whole_path_and_the_books_balance()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        await using var live = await scenario.GoLive();
        await live.Agent.Says("upstream connected");
        await Plant.Publish(scenario.Sensors, 0, Plant.Readings, between: (client, i) =>
            i == 500 ? Plant.Send(client, $"plant/{Plant.Device}/telemetry", "junk"u8.ToArray()) : Task.CompletedTask);
        await Eventually.Holds(() => live.Consumer.Distinct.Count >= live.Expected.Count, () => live.Agent.Log);
        await scenario.Settled(Plant.Readings + 1, live.Expected.Count);

        var status = await scenario.Status();
        Assert.Equal(("test", "gateway", "healthy"), (Text(status, "site"), Text(status, "agent"), Text(status, "health")));
        var source = status.GetProperty("sources")[0];
        Assert.True(source.GetProperty("connected").GetBoolean());
        Assert.Equal((Plant.Readings + 1, 1), (source.GetProperty("received").GetInt32(), source.GetProperty("devices").GetInt32()));
        Assert.InRange(source.GetProperty("perSecond").GetDouble(), 1, 100_000);
        var detector = status.GetProperty("detectors")[0];
        Assert.Equal(
            (1, 0, live.Expected.Count), (detector.GetProperty("devicesCalibrated").GetInt32(),
                detector.GetProperty("devicesLearning").GetInt32(), detector.GetProperty("events").GetInt32()));
        var books = status.GetProperty("books");
        Assert.True(books.GetProperty("balanced").GetBoolean());
        Assert.Equal(
            (Plant.Readings, 1, 0), (books.GetProperty("windowed").GetInt32(),
                books.GetProperty("deadLettered").GetInt32(), books.GetProperty("inFlight").GetInt32()));
        Assert.Equal((live.Expected.Count, live.Expected.Count),
            (books.GetProperty("events").GetInt32(), books.GetProperty("delivered").GetInt32()));

        var (exitCode, text) = await scenario.Ask("status");
        Assert.Equal(0, exitCode);
        Assert.Contains("√ received", text);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public async Task Health_is_degraded_while_something_is_away_and_there_is_none_without_an_agent()
    {
        using var scenario = new Scenario();
        scenario.Configure(model: "models/gone");
        var (exitCode, text) = await AgentProcess.Run("health", "--config", scenario.ConfigurationFile);
        Assert.Equal(1, exitCode);
        Assert.Contains("no agent runs on", text);

        using var agent = scenario.StartAgent();
        await agent.Says("upstream has no connection");
        (exitCode, text) = await AgentProcess.Run("health", "--config", scenario.ConfigurationFile);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("ready, degraded", text);
        Assert.Contains("models/gone: no such folder", text);
        Assert.Contains("source pumps has no connection", text);
        Assert.Contains("upstream has no connection", text);

        agent.Kill();
        (exitCode, _) = await AgentProcess.Run("health", "--config", scenario.ConfigurationFile);
        Assert.Equal(1, exitCode);
        Assert.Equal(2, (await AgentProcess.Run("health", "--nonsense")).ExitCode);
    }

    [Fact]
    public async Task The_socket_is_for_owner_and_group_and_that_of_a_dead_agent_is_replaced()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        var socket = Path.Combine(scenario.StateFolder, "control.sock");
        for (var round = 0; round < 2; round++)
        {
            using var agent = scenario.StartAgent();
            await Eventually.Holds(() => Answers(scenario).Result, () => agent.Log);
            await Eventually.Holds(() => File.GetUnixFileMode(socket) == OwnerAndGroup, () => $"{File.GetUnixFileMode(socket)}");
            agent.Kill();
            Assert.True(File.Exists(socket));
        }
        using var last = scenario.StartAgent();
        await Eventually.Holds(() => Answers(scenario).Result, () => last.Log);
        Assert.Equal(0, await last.Stop());
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task An_agent_that_cannot_be_asked_says_so_and_works()
    {
        using var scenario = new Scenario();
        scenario.Configure(upstream: $"[health]\nlisten = \"127.0.0.1:{scenario.Sensors.Port}\"");
        await scenario.Sensors.Start();
        Directory.CreateDirectory(Path.Combine(scenario.StateFolder, "control.sock", "in the way"));
        using var agent = scenario.StartAgent();

        await agent.Says("source pumps subscribed");
        await agent.Says($"127.0.0.1:{scenario.Sensors.Port} cannot be listened on");
        await agent.Says("control.sock cannot be listened on");
        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task Nothing_listens_on_TCP_unless_configured()
    {
        using var scenario = new Scenario();
        var port = DemoBroker.FreePort();
        scenario.Configure();
        using (var agent = scenario.StartAgent())
        {
            await Eventually.Holds(() => Answers(scenario).Result, () => agent.Log);
            Assert.Empty(agent.ListeningPorts());
        }

        scenario.Configure(upstream: $"[health]\nlisten = \"127.0.0.1:{port}\"");
        using var configured = scenario.StartAgent();
        await configured.Says($"served on 127.0.0.1:{port}");
        Assert.Equal([port], configured.ListeningPorts());
    }

    [Fact]
    public async Task A_state_folder_with_a_path_too_long_for_a_socket_is_no_obstacle()
    {
        using var scenario = new Scenario(state: new string('s', 120));
        scenario.Configure();
        using var agent = scenario.StartAgent();

        await agent.Says("would be too long, so the agent listens on");
        await Eventually.Holds(() => Answers(scenario).Result, () => agent.Log);
        Assert.Equal(0, await agent.Stop());
        Assert.False(await Answers(scenario));
    }

    [Fact]
    public async Task Over_TCP_one_may_only_ask()
    {
        using var scenario = new Scenario();
        var port = DemoBroker.FreePort();
        scenario.Configure(upstream: $"[health]\nlisten = \"127.0.0.1:{port}\"");
        await using var live = await scenario.GoLive();
        await live.Agent.Says($"served on 127.0.0.1:{port}");
        await Plant.Publish(scenario.Sensors, 0, 500);
        await scenario.Settled(500);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Equal("live\n", await http.GetStringAsync("livez"));
        Assert.StartsWith("ready", await http.GetStringAsync("readyz"));
        Assert.Contains(Plant.Device, await http.GetStringAsync("calibration"));
        Assert.Equal("gateway", Text(await http.GetFromJsonAsync<JsonElement>("status"), "agent"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("nonsense")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync("status", null)).StatusCode);
        var reset = await http.PostAsJsonAsync("calibration/reset", new { device = Plant.Device });
        Assert.Equal(HttpStatusCode.Forbidden, reset.StatusCode);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Metrics_hold_to_the_format_and_to_the_books(string version)
    {
        using var scenario = new Scenario();
        var port = DemoBroker.FreePort();
        scenario.Configure(version, upstream: $"[health]\nlisten = \"127.0.0.1:{port}\"");
        await using var live = await scenario.GoLive();
        await live.Agent.Says("upstream connected");
        await Plant.Publish(scenario.Sensors, 0, Plant.Readings, between: (client, i) =>
            i % 300 == 299 ? Plant.Send(client, $"plant/{Plant.Device}/telemetry", new byte[20_000]) : Task.CompletedTask);
        await Eventually.Holds(() => live.Consumer.Distinct.Count >= live.Expected.Count, () => live.Agent.Log);
        await scenario.Settled(Plant.Readings + Plant.Readings / 300, live.Expected.Count);
        using var http = new HttpClient();
        var answer = await http.GetAsync($"http://127.0.0.1:{port}/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var page = MetricsPageParser.Read(await answer.Content.ReadAsStringAsync());

        var tooLarge = Plant.Readings / 300;
        Assert.Equal(Plant.Readings + tooLarge, page.Series["edgeagent_messages_received_total{source=\"pumps\"}"]);
        Assert.Equal(Plant.Readings, page.Series["edgeagent_messages_windowed_total"]);
        Assert.Equal(tooLarge, page.Series["edgeagent_messages_dead_lettered_total{reason=\"too_large\"}"]);
        Assert.Equal(live.Expected.Count, page.Series["edgeagent_outbox_delivered_events_total"]);
        Assert.Equal(live.Expected.Count, page.Series.Where(s => s.Key.StartsWith("edgeagent_events_total")).Sum(s => s.Value));
        Assert.Equal(1, page.Series["edgeagent_detector_devices{detector=\"pump-health\",state=\"calibrated\"}"]);
        Assert.True(page.Series["edgeagent_judgements_total{detector=\"pump-health\"}"] > 500);
        Assert.True(page.Series["edgeagent_inference_run_seconds_count{model=\"pump-health\"}"] > 0);
        Assert.True(page.Series["process_resident_memory_bytes"] > 10_000_000);
        Assert.Equal(0, page.Series["edgeagent_messages_in_flight"]);
        var received = page.Series["edgeagent_source_received_bytes_total{source=\"pumps\"}"];
        Assert.Equal(page.Series["edgeagent_upstream_published_bytes_total"] / received, page.Series["edgeagent_forwarded_ratio"], 4);

        var documented = File.ReadAllText(Path.Combine(Repository.Root, "docs/operate.md"));
        Assert.All(page.Families, name => Assert.Contains($"`{name}`", documented));
    }

    [Fact]
    public async Task A_gRPC_client_on_the_same_port_checks_and_watches_health()
    {
        using var scenario = new Scenario();
        var port = DemoBroker.FreePort();
        scenario.Configure(upstream: $"[health]\nlisten = \"127.0.0.1:{port}\"");
        using var agent = scenario.StartAgent();
        await agent.Says($"served on 127.0.0.1:{port}");
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var client = new Health.HealthClient(channel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest())).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(
            async () => await client.CheckAsync(new HealthCheckRequest { Service = "nonsense" }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        using var watch = client.Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);
        using var nobody = client.Watch(new HealthCheckRequest { Service = "nonsense" });
        Assert.True(await nobody.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.ServiceUnknown, nobody.ResponseStream.Current.Status);

        Assert.Equal(0, await agent.Stop());
    }

    [Fact]
    public async Task A_device_is_listed_and_learned_anew_by_command()
    {
        using var scenario = new Scenario();
        scenario.Configure();
        await using var live = await scenario.GoLive();
        await Plant.Publish(scenario.Sensors, 0, 600);
        await live.Agent.Says("calibrated for pump-health");
        // What comes later would be learned from after the reset.
        await scenario.Settled(600);

        var (exitCode, text) = await scenario.Ask("calibration", "list", "--device", Plant.Device);
        Assert.Equal(0, exitCode);
        Assert.Matches($@"{Plant.Device} +pump-health +steady +400", text);
        Assert.Matches(@"Volume Flow RateRMS +3\d\.\d+ +\d", text);

        (exitCode, text) = await scenario.Ask("calibration", "reset", Plant.Device, "--detector", "pump-health");
        Assert.Equal((0, $"{Plant.Device} is learned anew by 1 detector"), (exitCode, text));
        (_, text) = await scenario.Ask("calibration", "list", "--json");
        var view = JsonDocument.Parse(text).RootElement[0];
        Assert.Equal(
            ("learning", 0, 400), (Text(view, "state"), view.GetProperty("readings").GetInt32(), view.GetProperty("needed").GetInt32()));

        (exitCode, text) = await scenario.Ask("calibration", "reset", "nobody");
        Assert.Equal(1, exitCode);
        Assert.Contains("no such device", text);
        await Plant.Publish(scenario.Sensors, 600, Plant.Readings);
        await Eventually.Holds(() => live.Agent.Log.Split("calibrated for pump-health").Length > 2, () => live.Agent.Log);
    }

    [Fact]
    public async Task What_the_hub_refused_is_owed_again_by_command_once_the_hub_takes_it()
    {
        using var scenario = new Scenario("max_packet_size 1250");
        scenario.Configure();
        await using var live = await scenario.GoLive();
        await live.Agent.Says("upstream connected");
        // The events of a device with so long a name do not fit, even without what they can do without.
        await Plant.Publish(scenario.Sensors, 0, Plant.Readings, device: new string('x', 240));
        await scenario.Settled(Plant.Readings);
        var books = (await scenario.Status()).GetProperty("books");
        // Others are owed still: so many in a row say more of the hub than of the events.
        var refused = books.GetProperty("dropped").GetInt32();
        Assert.True(refused > 0, $"{books}\n{live.Agent.Log}");
        var (exitCode, text) = await scenario.Ask("outbox", "list", "--quarantined");
        Assert.Equal(0, exitCode);
        Assert.Contains("packet too large", text);

        scenario.Hub.Stop();
        scenario.Hub.Reconfigure("");
        await scenario.Hub.Start();
        await using var consumer = await Consumer.Start(scenario.Hub);
        await Eventually.Holds(() => live.Agent.Log.Split("upstream connected").Length > 2, () => live.Agent.Log);
        (exitCode, text) = await scenario.Ask("outbox", "replay");

        Assert.Equal((0, $"{refused} event{(refused == 1 ? "" : "s")} owed again"), (exitCode, text));
        await Eventually.Holds(() => consumer.Distinct.Count(e => e.Contains("xxxx")) >= refused,
            () => $"{consumer.Distinct.Count} of {refused}\n{live.Agent.Log}");
        await Eventually.Holds(() => scenario.Status().Result.GetProperty("books") is var b
            && b.GetProperty("owed").GetInt32() == 0 && b.GetProperty("balanced").GetBoolean(), () => live.Agent.Log);
        Assert.Equal((0, "0 events owed again"), await scenario.Ask("outbox", "replay"));
    }

    private static async Task<bool> Answers(Scenario scenario) => (await scenario.Ask("health")).ExitCode == 0;

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();
}

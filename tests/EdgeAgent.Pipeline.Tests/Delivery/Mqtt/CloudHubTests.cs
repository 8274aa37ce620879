using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Tests.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>Hubs that end the connection over a topic: what is told of it, and how events arrive all the same.</summary>
public sealed class CloudHubTests : IDisposable
{
    private const string Telemetry = "devices/gateway/messages/events/";
    private const string UsualStatus = "edgeagent/site/gateway/status";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task At_Azure_events_arrive_on_the_devices_telemetry_topic_and_nothing_else_does()
    {
        await using var hub = CloudHub.Azure("gateway");
        await using var bench = new HubBench(hub.Port, o =>
        {
            AsDevice(o);
            (o.Delivery.Mqtt.Status, o.Delivery.Mqtt.Birth, o.Delivery.Mqtt.Will) = (null, null, null);
        });
        bench.Append("a", topic: Telemetry + "$.ct=application%2Fjson&$.ce=utf-8");
        await Some.UntilAsync(() => bench.Store.Counters.Delivered == 1, "the delivery");
        Assert.Equal(Telemetry + "$.ct=application%2Fjson&$.ce=utf-8", Assert.Single(hub.Messages).Topic);
        Assert.Null(hub.Connects.Last().Will);
        Assert.Null(bench.Link.Notice);
    }

    [Fact]
    public async Task At_Azure_birth_status_and_will_may_go_to_the_telemetry_topic_too()
    {
        await using var hub = CloudHub.Azure("gateway");
        await using (var bench = new HubBench(hub.Port, o =>
        {
            AsDevice(o);
            var topic = "devices/{agent}/messages/events/kind=status";
            (o.Delivery.Mqtt.Status, o.Delivery.Mqtt.Birth, o.Delivery.Mqtt.Will) = (topic, topic, topic);
            o.Delivery.Mqtt.StatusRetain = false;
        }))
        {
            await Some.UntilAsync(() => bench.Link.Counters.IsConnected, "the connection");
        }
        await Some.UntilAsync(() => hub.Messages.Count == 2, "birth and goodbye");
        Assert.All(hub.Messages, m => Assert.Equal((Telemetry + "kind=status", false), (m.Topic, m.IsRetained)));
        Assert.Contains("\"online\"", hub.Messages.First().Payload);
        Assert.Contains("\"offline\"", hub.Messages.Last().Payload);
        Assert.Equal((Telemetry + "kind=status", false), (hub.Connects.Last().Will, hub.Connects.Last().IsWillRetained));
    }

    [Fact]
    public async Task A_last_will_that_the_hub_does_not_allow_is_told_with_its_topic_and_the_key()
    {
        await using var hub = CloudHub.Azure("gateway");
        await using var bench = new HubBench(hub.Port, AsDevice);
        await Some.UntilAsync(() => bench.Log.Contains($"or a last will on \"{UsualStatus}\": set upstream.mqtt.client_id, or upstream.will"),
            "the reason");
        Assert.Contains(UsualStatus, bench.Link.Trouble);
        Assert.Empty(hub.Messages);
    }

    [Fact]
    public async Task A_birth_over_which_the_hub_hangs_up_is_told_and_given_up_and_events_arrive()
    {
        await using var hub = CloudHub.Azure("gateway");
        await using var bench = new HubBench(hub.Port, o =>
        {
            AsDevice(o);
            o.Delivery.Mqtt.Will = null;
        });
        bench.Append("a", topic: Telemetry);
        await Some.UntilAsync(() => bench.Log.Contains(
            $"It ended right after a message on \"{UsualStatus}\": the broker may not allow that topic, or not to retain there; "
                + "set upstream.status to a topic that it allows, or to false"), "the topic in the log");
        await Some.UntilAsync(() => bench.Store.Counters.Delivered == 1, "the delivery");
        Assert.Equal([UsualStatus, UsualStatus, UsualStatus], hub.Foreign.Select(m => m.Topic));
        Assert.Contains($"\"{UsualStatus}\", which is no longer sent; set upstream.status", bench.Link.Notice);
        Assert.True(bench.Log.Contains("has ended every connection: it is no longer sent"));
        Assert.False(bench.Log.Contains("use the client id"));
    }

    [Fact]
    public async Task An_event_over_which_the_hub_hangs_up_is_told_with_its_topic_and_put_off_as_ever()
    {
        await using var hub = CloudHub.Azure("gateway");
        await using var bench = new HubBench(hub.Port, o =>
        {
            AsDevice(o);
            (o.Delivery.Mqtt.Status, o.Delivery.Mqtt.Birth, o.Delivery.Mqtt.Will) = (null, null, null);
        });
        bench.Append("a");
        await Some.UntilAsync(() => bench.Log.Contains("It ended right after a message on \"anomalies/site/pump\": the broker may not allow "
            + "that topic; set upstream.mqtt.topic to one that it allows"), "the topic in the log");
        await Some.UntilAsync(() => bench.Log.Contains("ended 3 connections when sent alone"), "the event put off");
        bench.Append("b", topic: Telemetry);
        await Some.UntilAsync(() => bench.Store.Counters.Delivered == 1, "the other one");
        Assert.Equal(1, bench.Store.Counters.Owed);
        Assert.Null(bench.Link.Notice);
    }

    [Fact]
    public async Task At_AWS_a_retained_birth_is_told_and_without_retain_and_will_all_arrives()
    {
        await using var hub = CloudHub.Aws("gateway", ["anomalies/site/", "edgeagent/"]);
        await using (var bench = new HubBench(hub.Port, o => (o.Mqtt.ClientId, o.Delivery.Mqtt.Will) = ("gateway", null)))
            await Some.UntilAsync(() => bench.Log.Contains("or upstream.status_retain = false"), "the advice");
        await using (var bench = new HubBench(hub.Port, o =>
            (o.Mqtt.ClientId, o.Delivery.Mqtt.Will, o.Delivery.Mqtt.StatusRetain) = ("gateway", null, false)))
        {
            bench.Append("a");
            await Some.UntilAsync(() => bench.Store.Counters.Delivered == 1, "the delivery");
            Assert.False(bench.Log.Contains("It ended"));
        }
        Assert.Equal([UsualStatus, "anomalies/site/pump"], hub.Messages.Take(2).Select(m => m.Topic));
        Assert.Equal(5, hub.Connects.Last().Version);
    }

    [Fact]
    public async Task Birth_and_status_may_have_topics_of_their_own_and_the_goodbye_goes_to_the_status()
    {
        await using var hub = CloudHub.Aws("gateway", [""], allowsRetain: true, allowsWill: true);
        await using (var bench = new HubBench(hub.Port, o =>
        {
            o.Mqtt.ClientId = "gateway";
            var mqtt = o.Delivery.Mqtt;
            (mqtt.Birth, mqtt.Status, mqtt.Will, mqtt.StatusEvery) = ("b/{site}", "s/{agent}", "w", TimeSpan.FromMilliseconds(100));
        }))
        {
            await Some.UntilAsync(() => hub.Messages.Count == 2, "birth and status");
        }
        await Some.UntilAsync(() => hub.Messages.Count == 3, "the goodbye");
        Assert.Equal(["b/site", "s/gateway", "s/gateway"], hub.Messages.Select(m => m.Topic));
        Assert.Contains("\"offline\"", hub.Messages.Last().Payload);
        Assert.Equal("w", hub.Connects.Last().Will);
    }

    [Fact]
    public async Task A_status_that_the_broker_refuses_in_words_is_told_once_and_forgotten_when_it_is_accepted()
    {
        using var broker = new ScriptedBroker();
        await using var bench = new HubBench(broker.Port);
        for (var i = 0; i < 2; i++)
        {
            using var connection = await broker.AcceptAsync();
            await connection.ReadPacketAsync();
            await connection.SendAsync([0x20, 3, 0, 0, 0]);
            await connection.AckAsync(await connection.ReadPublishAsync(), MqttReason.NotAuthorized);
            await Some.UntilAsync(() => bench.Link.Counters.Connections == i + 1, "the connection");
            Assert.Contains($"refuses the agent's status on \"{UsualStatus}\": not authorised", bench.Link.Notice);
        }
        Assert.Single(bench.Log.Lines, l => l.Contains("refuses the agent's status on topic"));
        using var next = await broker.OpenHubAsync();
        await Some.UntilAsync(() => bench.Link.Notice is null, "the end of it");
    }

    private void AsDevice(UpstreamOptions options) =>
        (options.Mqtt.ClientId, options.Mqtt.Username, options.Mqtt.PasswordFile) =
        ("gateway", "127.0.0.1/gateway/?api-version=2021-04-12", _temp.Write("token", "SharedAccessSignature sr=x"));
}

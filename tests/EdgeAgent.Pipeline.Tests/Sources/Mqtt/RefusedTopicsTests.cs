using System.Text;
using EdgeAgent.Pipeline.Sources.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

/// <summary>A broker that grants some topics and refuses others: the granted ones go on, the others are told and asked for again.</summary>
public sealed class RefusedTopicsTests : IDisposable
{
    private readonly ScriptedBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_refused_topic_silences_no_granted_one_and_is_asked_for_again_alone()
    {
        var time = Some.Clock();
        await using var bench = Bench(time);
        using var connection = await SubscribedAsync(1, 0x87);

        await connection.SendAsync(BrokerConnection.Publish("hall1/p/t", "honest"u8.ToArray()));
        await connection.ReadPubAcksAsync(1, 1);
        Assert.Equal(["honest"], bench.Payloads);
        Assert.True(bench.Log.Contains("refuses \"hall2/#\" (reason 0x87)"));
        var trouble = Assert.Single(SourceTroubles.Find(bench.Source, time.GetUtcNow()));
        Assert.Equal("source pumps: its broker refuses \"hall2/#\" (reason 0x87); what comes on its other topics is judged", trouble.Text);

        time.Advance(TimeSpan.FromSeconds(16));
        var again = await connection.ReadPacketAsync();
        Assert.Equal("hall2/#", TopicsOf(again));
        await AnswerAsync(connection, again, 0x87);
        // It stays refused, so the next time is later.
        await Some.UntilAsync(() => bench.Source.Refused.Count == 1, "the answer");
        await HearAsync(connection, bench, "again");
        time.Advance(TimeSpan.FromSeconds(16));
        await HearAsync(connection, bench, "still");
        time.Advance(TimeSpan.FromSeconds(16));
        again = await connection.ReadPacketAsync();
        Assert.Equal("hall2/#", TopicsOf(again));
        await AnswerAsync(connection, again, 1);

        await Some.UntilAsync(() => bench.Source.Refused.Count == 0, "the grant");
        await Some.UntilAsync(() => bench.Log.Contains("grants all topics now"), "the news");
        Assert.Empty(SourceTroubles.Find(bench.Source, time.GetUtcNow()));
        Assert.Equal(1, bench.Source.Counters.Connections);
    }

    [Fact]
    public async Task Where_all_topics_are_refused_there_is_no_connection_and_no_reading_is_said_to_be_lost()
    {
        using var folder = new TempFolder();
        var time = Some.Clock();
        await using var bench = Bench(time, folder.File("subscriptions.json"));
        for (var i = 0; i < 2; i++)
        {
            var accepting = _broker.AcceptAsync();
            while (!accepting.IsCompleted)
            {
                if (i > 0) time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20);
            }
            using var connection = await accepting;
            await SubscribedAsync(connection, 0x87, 0x87);
            await connection.ReadToEndAsync();
            await Some.UntilAsync(() => bench.Source.Trouble?.Contains("refuses the topic \"hall1/#\"") == true, "the reason");
        }
        Assert.False(bench.Log.Contains("not kept the session"));
        Assert.Equal(0, bench.Source.Counters.SessionsLost);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public async Task A_real_broker_that_refuses_one_topic_of_two_delivers_the_other(int version)
    {
        using var folder = new TempFolder();
        var rules = folder.Write("rules.json", Rules);
        using var broker = new Broker(folder, "refusing",
            $"plugin {Plugin}\nplugin_opt_config_file {rules}\nmax_queued_messages 0\n", "-v");
        await using var bench = new SourceBench(broker.Port, s =>
        {
            s.Topics = ["hall1/#", "hall2/#"];
            s.Qos = 0;
            s.Mqtt.Version = (EdgeAgent.Mqtt.MqttVersion)version;
        });
        await Some.UntilAsync(() => bench.Source.Counters.IsConnected, "the subscription");
        Assert.Equal(["hall2/#"], bench.Source.Refused.Select(r => r.Filter.Topic));

        broker.Client("mosquitto_pub", "-t", "hall2/p", "-m", "forbidden").WaitForExit();
        broker.Client("mosquitto_pub", "-t", "hall1/p", "-m", "granted").WaitForExit();

        await Some.UntilAsync(() => bench.Payloads.Length > 0, "the reading");
        Assert.Equal(["granted"], bench.Payloads);
    }

    /// <summary>Not looked for any deeper: folders that link to those above them have no end.</summary>
    private static string Plugin => Directory.GetDirectories("/usr/lib").Select(d => Path.Combine(d, "mosquitto_dynamic_security.so"))
        .First(File.Exists);

    private static string Rules => """
        {
          "defaultACLAccess": { "publishClientSend": true, "publishClientReceive": true, "subscribe": true, "unsubscribe": true },
          "anonymousGroup": "all", "groups": [{ "groupname": "all", "roles": [{ "rolename": "one-hall" }] }], "clients": [],
          "roles": [{ "rolename": "one-hall", "acls": [
            { "acltype": "subscribePattern", "topic": "hall2/#", "priority": 1, "allow": false }] }]
        }
        """;

    private SourceBench Bench(TimeProvider time, string? memory = null) =>
        new(_broker.Port, s => (s.Topics, s.PersistentSession) = (["hall1/#", "hall2/#"], memory is not null), time, memory);

    private async Task<BrokerConnection> SubscribedAsync(params byte[] codes)
    {
        var connection = await _broker.AcceptAsync();
        await SubscribedAsync(connection, codes);
        return connection;
    }

    private static async Task SubscribedAsync(BrokerConnection connection, params byte[] codes)
    {
        Assert.Equal(0x10, (await connection.ReadPacketAsync())[0]);
        await connection.SendAsync([0x20, 3, 0, 0, 0]);
        await AnswerAsync(connection, await connection.ReadPacketAsync(), codes);
    }

    private static Task AnswerAsync(BrokerConnection connection, byte[] subscribe, params byte[] codes)
    {
        Assert.Equal(0x82, subscribe[0]);
        return connection.SendAsync([0x90, (byte)(3 + codes.Length), subscribe[2], subscribe[3], 0, .. codes]);
    }

    /// <summary>Waits until the source has taken a message, so whatever it asks for comes behind it.</summary>
    private static async Task HearAsync(BrokerConnection connection, SourceBench bench, string text)
    {
        await connection.SendAsync(BrokerConnection.Publish("hall1/p/t", Encoding.UTF8.GetBytes(text)));
        await connection.ReadPubAcksAsync(1, 1);
        Assert.Equal(text, bench.Payloads[^1]);
    }

    /// <summary>The one topic of a SUBSCRIBE of MQTT 5 without properties.</summary>
    private static string TopicsOf(byte[] subscribe) => Encoding.UTF8.GetString(subscribe[7..^1]);
}

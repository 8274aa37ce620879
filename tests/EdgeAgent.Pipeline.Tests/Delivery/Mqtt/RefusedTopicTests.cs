using System.Text;
using System.Text.Json;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>What a hub refuses costs no other event, and what it refuses in numbers is not given up.</summary>
public sealed class RefusedTopicTests : IDisposable
{
    private const string TopicA = "anomalies/site/a", TopicB = "anomalies/site/b";

    private readonly ScriptedBroker _broker = new();
    private readonly FakeTimeProvider _time = Some.Clock();

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData(0x97)]
    [InlineData(0x87)]
    [InlineData(0x90)]
    [InlineData(0x83)]
    public async Task A_refusal_of_one_topic_puts_off_its_events_in_their_order_and_the_others_go_on(byte code)
    {
        await using var bench = Bench();
        foreach (var (id, topic) in new[] { ("a1", TopicA), ("a2", TopicA), ("b1", TopicB), ("a3", TopicA), ("b2", TopicB) })
            Append(bench, id, topic);
        using var connection = await _broker.OpenHubAsync();
        await connection.AckAsync(await NextAsync(connection, "a1"), code);
        await connection.AckAsync(await NextAsync(connection, "b1"));
        await connection.AckAsync(await NextAsync(connection, "b2"));
        await Some.UntilAsync(() => bench.Store.Counters is { Delivered: 2, Owed: 3, DroppedRefused: 0 }, "the others");
        Assert.StartsWith($"events on {TopicA} are put off: ", bench.Owed.Refusal);

        // One of them tries, and as long as it is refused no other is sent.
        await PassAsync(bench, 5.2);
        await connection.AckAsync(await NextAsync(connection, "a1"), code);
        await PassAsync(bench, 5.2);
        await Task.Delay(100);
        Assert.False(connection.HasBytes);
        await PassAsync(bench, 5.2);
        foreach (var id in new[] { "a1", "a2", "a3" }) await connection.AckAsync(await NextAsync(connection, id));

        await Some.UntilAsync(() => bench.Store.Counters is { Delivered: 5, Owed: 0 }, "all");
        Assert.Null(bench.Owed.Refusal);
    }

    [Fact]
    public async Task What_is_refused_for_ever_in_numbers_stays_owed_and_goes_out_when_it_is_taken_again()
    {
        await using var bench = Bench();
        for (var i = 0; i < 40; i++) Append(bench, $"{i}", $"anomalies/site/{i}");
        using var connection = await _broker.OpenHubAsync();
        for (var i = 0; i < 5; i++) await connection.AckAsync(await NextAsync(connection, $"{i}"), 0x99);
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 5, Owed: 35 }, "a few that are given up");
        await Task.Delay(100);
        Assert.False(connection.HasBytes);
        Assert.Contains("the last 5 answers were refusals, so one event is tried now and then, and all stay owed", bench.Owed.Refusal);

        // Each that tries is another: the first may be the only bad one.
        await PassAsync(bench, 5.2);
        await connection.AckAsync(await NextAsync(connection, "5"), 0x99);
        await Task.Delay(100);
        Assert.False(connection.HasBytes);
        await PassAsync(bench, 10.2);
        for (var sent = 0; sent < 35; sent++)
            await connection.AckAsync(await connection.ReadPublishAsync());

        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 5, Delivered: 35, Owed: 0 }, "all that was owed");
        Assert.Equal(5, bench.Store.Quarantined().Count);
    }

    [Fact]
    public async Task Others_that_are_accepted_in_between_do_not_empty_the_outbox_into_the_quarantine()
    {
        await using var bench = Bench();
        using var connection = await _broker.OpenHubAsync();
        for (var i = 0; i < 12; i++)
        {
            Append(bench, $"{2 * i}", TopicA);
            await connection.AckAsync(await NextAsync(connection, $"{2 * i}"), 0x99);
            Append(bench, $"{2 * i + 1}", TopicB);
            await connection.AckAsync(await NextAsync(connection, $"{2 * i + 1}"));
        }
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 5, Delivered: 12, Owed: 7 }, "the books");
        Assert.StartsWith("more events are refused for ever than are given up, and stay owed: payload format", bench.Owed.Refusal);
    }

    [Fact]
    public async Task A_hub_that_refuses_every_topic_is_not_asked_about_each()
    {
        await using var bench = Bench();
        for (var i = 0; i < 40; i++) Append(bench, $"{i}", $"anomalies/site/{i}");
        using var connection = await _broker.OpenHubAsync();
        for (var i = 0; i < 5; i++) await connection.AckAsync(await NextAsync(connection, $"{i}"), 0x97);
        await Some.UntilAsync(() => bench.Log.Contains("upstream takes no event any more"), "the stop");
        await Task.Delay(100);
        Assert.False(connection.HasBytes);
        Assert.Equal(40, bench.Store.Counters.Owed);
    }

    [Theory]
    [InlineData(1200, "features", "measured")]
    [InlineData(700, "features", "measured", "channels")]
    public async Task A_lowered_packet_limit_shortens_events_and_keeps_their_id(int limit, params string[] left)
    {
        await using var bench = Bench();
        var (id, whole) = Encoded();
        Assert.True(whole.Length > 1200, $"{whole.Length}");
        bench.Append("7-1", payload: whole, created: _time.GetUtcNow());
        using var connection = await _broker.OpenHubAsync(0x27, 0, 0, (byte)(limit >> 8), (byte)limit);

        var publish = await connection.ReadPublishAsync();

        Assert.True(publish.WireBytes <= limit, $"{publish.WireBytes} bytes");
        using var json = JsonDocument.Parse(publish.Payload);
        var data = json.RootElement.GetProperty("data");
        Assert.Equal(id, json.RootElement.GetProperty("id").GetString());
        Assert.Equal(left.Order(), data.GetProperty("shortened").EnumerateArray().Select(e => e.GetString()!).Order());
        Assert.All(left, l => Assert.False(data.TryGetProperty(l, out _), l));
        Assert.Equal(left.Length == 2, data.TryGetProperty("channels", out _));
        Assert.Equal(3.2, data.GetProperty("score").GetDouble());
        await connection.AckAsync(publish);
        await Some.UntilAsync(() => bench.Store.Counters is { Delivered: 1, Owed: 0 }, "the books");
    }

    [Fact]
    public async Task An_event_that_is_refused_as_too_large_is_sent_shorter_before_it_is_given_up()
    {
        await using var bench = Bench();
        bench.Append("7-1", payload: Encoded().Payload, created: _time.GetUtcNow());
        using var connection = await _broker.OpenHubAsync();
        await connection.AckAsync(await connection.ReadPublishAsync(), 0x95);
        var shorter = await connection.ReadPublishAsync();
        Assert.Contains("\"shortened\":[\"channels\",\"features\",\"measured\"]", shorter.Payload);
        await connection.AckAsync(shorter, 0x95);
        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 1, Owed: 0 }, "the end");
        // What is kept is whole.
        Assert.Equal(Encoded().Payload, Assert.Single(bench.Store.Quarantined()).Entry!.Payload);
    }

    [Fact]
    public void A_report_of_dropped_events_keeps_their_count_where_no_more_fits()
    {
        var encoder = new CloudEventEncoder(new AgentIdentity("test", "gateway"));
        var device = new string('x', 240);
        Gap[] gaps = [.. Enumerable.Range(0, 8).Select(i => new Gap(Gap.Refused, Severity.Warning, 2, 0, 1, device + i))];
        var whole = encoder.EncodeGaps("gap-1", 2, gaps).ToArray();
        Assert.True(whole.Length > 2000, $"{whole.Length}");

        using var json = JsonDocument.Parse(ShortEvent.Fitting(whole, 500)!);

        var data = json.RootElement.GetProperty("data");
        Assert.Equal(16, data.GetProperty("count").GetInt64());
        Assert.Equal("dropped", Assert.Single(data.GetProperty("shortened").EnumerateArray()).GetString());
        Assert.False(data.TryGetProperty("dropped", out _));
    }

    [Fact]
    public async Task Events_that_are_too_large_in_numbers_do_not_hold_up_those_that_are_not()
    {
        await using var bench = Bench();
        for (var i = 0; i < 12; i++) Append(bench, $"{i}", TopicA);
        Append(bench, "small", TopicB);
        using var connection = await _broker.OpenHubAsync();
        for (var i = 0; i < 12; i++) await connection.AckAsync(await NextAsync(connection, $"{i}"), 0x95);
        await connection.AckAsync(await NextAsync(connection, "small"));

        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 5, Delivered: 1, Owed: 7 }, "the books");
        Assert.StartsWith("more events are refused for ever than are given up, and stay owed: ", bench.Owed.Refusal);
    }

    [Fact]
    public async Task Events_that_no_packet_holds_in_numbers_do_not_hold_up_those_that_fit()
    {
        await using var bench = Bench();
        var large = Encoding.UTF8.GetBytes($"{{\"id\":\"large\",\"data\":\"{new string('x', 2000)}\"}}");
        for (var i = 0; i < 12; i++) bench.Append($"{i}", payload: large, topic: TopicA, created: _time.GetUtcNow());
        Append(bench, "small", TopicB);
        using var connection = await _broker.OpenHubAsync(0x27, 0, 0, 4, 0);
        await connection.AckAsync(await NextAsync(connection, "small"));

        await Some.UntilAsync(() => bench.Store.Counters is { DroppedRefused: 5, Delivered: 1, Owed: 7 }, "the books");
    }

    /// <summary>A hub that answers one event after the other.</summary>
    private HubBench Bench() => new(_broker.Port, o =>
    {
        o.Delivery.InFlightLimit = 1;
        (o.Delivery.Mqtt.AckTimeout, o.Mqtt.KeepAlive) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    }, _time);

    private void Append(HubBench bench, string id, string topic) => bench.Append(id, topic: topic, created: _time.GetUtcNow());

    private static async Task<HubPublish> NextAsync(BrokerConnection connection, string id)
    {
        var publish = await connection.ReadPublishAsync();
        Assert.Equal(HubBench.IdOf(id), publish.Event);
        return publish;
    }

    /// <summary>The outbox's thread sleeps by the real clock, so it is woken.</summary>
    private async Task PassAsync(HubBench bench, double seconds)
    {
        await Task.Delay(50);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        bench.Store.Outbox.SetLink(true);
    }

    private static (string Id, byte[] Payload) Encoded()
    {
        var names = Enumerable.Range(0, 24).Select(i => $"vibration.{i}").ToArray();
        var anomaly = new AnomalyEvent
        {
            Kind = EventKind.Opened, Id = "4e2e56c87d358cf470f7a05c9b8d4f51-1", AnomalyId = "4e2e56c87d358cf470f7a05c9b8d4f51",
            Device = "pump-4", Detector = "pump-health", Model = "pump-health", ModelVersion = "1.0.0",
            TimeTicks = DateTime.UnixEpoch.Ticks, Score = 3.2f, Severity = Severity.Warning, Peak = 3.2f,
            Channels = [.. Enumerable.Range(0, 6).Select(i => new ChannelCause($"channel {i}", "mm/s", 1, 2, 0.1f))],
            FeatureNames = names, Features = new float[names.Length],
            Measured = [.. names.Select(_ => (1f, 2f))],
        };
        return (anomaly.Id, new CloudEventEncoder(new AgentIdentity("site", "gw")).Encode(anomaly).ToArray());
    }
}

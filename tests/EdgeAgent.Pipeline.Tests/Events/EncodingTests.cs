using System.Text.Json;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline.Tests.Events;

public class EncodingTests
{
    private readonly CloudEventEncoder _encoder = new(new AgentIdentity("plant a", "gw/1"));

    [Fact]
    public void An_event_is_a_cloud_event_with_all_that_it_knows()
    {
        var json = Encode(Some.Anomaly(e => e with { Kind = EventKind.Closed, EndedTicks = e.TimeTicks, Rule = "hot" }));

        Assert.Equal("1.0", json.GetProperty("specversion").GetString());
        Assert.Equal("io.edgeagent.anomaly.closed", json.GetProperty("type").GetString());
        Assert.Equal("/edgeagent/plant%20a/gw%2F1", json.GetProperty("source").GetString());
        Assert.Equal("pump-7", json.GetProperty("subject").GetString());
        Assert.Equal("0123456789abcdef0123456789abcdef-1", json.GetProperty("id").GetString());
        Assert.Equal("0123456789abcdef0123456789abcdef", json.GetProperty("anomalyid").GetString());
        Assert.Equal("2026-01-01T00:00:00Z", json.GetProperty("time").GetString());
        var data = json.GetProperty("data");
        Assert.Equal("critical", data.GetProperty("severity").GetString());
        Assert.Equal("hot", data.GetProperty("rule").GetString());
        Assert.Equal("2026-01-01T00:00:00Z", data.GetProperty("ended").GetString());
        Assert.Equal(2.25, data.GetProperty("peak").GetProperty("score").GetDouble());
        Assert.Equal(0.25, data.GetProperty("features").GetProperty("pressure.mean8").GetDouble());
        var channel = data.GetProperty("channels").EnumerateArray().Single();
        Assert.Equal(("pressure", "bar", 3.5, 2.5, 1.0), (
            channel.GetProperty("name").GetString(), channel.GetProperty("unit").GetString(), channel.GetProperty("value").GetDouble(),
            channel.GetProperty("expected").GetDouble(), channel.GetProperty("share").GetDouble()));
    }

    [Theory]
    [InlineData(float.NaN, "null")]
    [InlineData(float.PositiveInfinity, "null")]
    [InlineData(1.23456789f, "1.2346")]
    [InlineData(1.5e-20f, "1.5E-20")]
    [InlineData(float.MaxValue, "3.4028E+38")]
    [InlineData(-0f, "-0")]
    [InlineData(123456f, "1.2346E+05")]
    public void Numbers_are_valid_JSON_of_five_digits(float value, string expected) =>
        Assert.Equal(expected, Encode(Some.Anomaly(e => e with { Score = value })).GetProperty("data").GetProperty("score").GetRawText());

    [Theory]
    [InlineData("a\"b\\c\n\0")]
    [InlineData("ünï/+#😀")]
    [InlineData("\ufffd")]
    [InlineData("")]
    public void Odd_names_come_through(string device) =>
        Assert.Equal(device, Encode(Some.Anomaly(e => e with { Device = device })).GetProperty("subject").GetString());

    [Fact]
    public void Features_that_were_calibrated_are_told_as_measured_and_expected()
    {
        var plain = Encode(Some.Anomaly()).GetProperty("data");
        var data = Encode(Some.Anomaly(e => e with { Measured = [(0.5f, 0.125f)], Channels = [e.Channels[0] with { Feature = "mean8" }] }))
            .GetProperty("data");

        Assert.Equal(0.5, data.GetProperty("measured").GetProperty("pressure.mean8").GetProperty("value").GetDouble());
        Assert.Equal(0.125, data.GetProperty("measured").GetProperty("pressure.mean8").GetProperty("expected").GetDouble());
        Assert.Equal("mean8", data.GetProperty("channels")[0].GetProperty("feature").GetString());
        Assert.False(plain.TryGetProperty("measured", out _));
        Assert.False(plain.GetProperty("channels")[0].TryGetProperty("feature", out _));
    }

    [Fact]
    public void A_scored_window_says_its_score_and_no_more()
    {
        var json = Encode(Some.Anomaly(e => e with { Kind = EventKind.Scored, AnomalyId = "" }));
        Assert.Equal("io.edgeagent.window.scored", json.GetProperty("type").GetString());
        Assert.False(json.TryGetProperty("anomalyid", out _));
        Assert.False(json.GetProperty("data").TryGetProperty("severity", out _));
    }

    [Theory]
    [InlineData("pump-7", "anomalies/a_b/pump-7/health")]
    [InlineData("a/+/#\n😀", "anomalies/a_b/a_______/health")]
    public void Every_name_is_one_level_of_the_topic(string device, string expected)
    {
        var topic = new EventTopic(new AgentIdentity("a/b", "gw"), new EventOptions { Topic = "anomalies/{site}/{device}/{detector}" });
        Assert.Equal(expected, topic.Of(device, "health"));
        Assert.Equal(expected, topic.Of(device, "health"));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef-1", "00-0123456789abcdef0123456789abcdef-0000000000000001-01")]
    [InlineData("0123456789abcdef0123456789abcdef-26", "00-0123456789abcdef0123456789abcdef-000000000000001a-01")]
    [InlineData("s0123456789abcdef0123456789abcdef", "00-0123456789abcdef0123456789abcdef-0000000000000001-01")]
    public void Reports_of_one_anomaly_are_spans_of_one_trace(string id, string expected) => Assert.Equal(expected, TraceParent.Of(id));

    private JsonElement Encode(AnomalyEvent anomaly)
    {
        using var document = JsonDocument.Parse(_encoder.Encode(anomaly).ToArray());
        return document.RootElement.Clone();
    }
}

using EdgeAgent.Discovery;

namespace EdgeAgent.Tests.Discovery;

/// <summary>What is proposed for what common senders send; every proposal is what the real decoders read.</summary>
public sealed class ProposalTests
{
    [Fact]
    public void Values_below_an_object_are_channels_with_the_documents_time()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$$"""{"ts":{{{ms}}},"seq":{{{i}}},"values":{"Pressure":{{{Heard.Value(i)}}},"Flow":3.5}}""",
            "plant/p1/telemetry", "plant/p2/telemetry"));
        Assert.Equal("plant/+/telemetry", Assert.Single(source.Filters));
        Assert.Equal("device=topic[1]; time=ts; channels=values.*", Lines(source));
        Assert.Equal(["Pressure", "Flow"], source.Trial.Channels.Keys);
        Assert.Equal("ts", source.Time);
        Assert.Equal(["Pressure"], source.Watched);
    }

    [Fact]
    public void Numbers_at_the_top_need_no_channels()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$"""{"time":"{{DateTimeOffset.FromUnixTimeMilliseconds(ms):O}}","temp":{{Heard.Value(i)}},"rpm":{{i % 7}}}""",
            "press/7"));
        Assert.Equal("device=topic[1]; time=time", Lines(source));
        Assert.Equal(["temp", "rpm"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void A_time_that_cannot_be_is_not_taken()
    {
        var source = Only(new Heard().Add(20, (i, _) => $$"""{"ts":{{i}},"temp":{{Heard.Value(i)}}}""", "press/7"));
        Assert.Equal("device=topic[1]", Lines(source));
        Assert.Equal("arrival", source.Time);
    }

    [Fact]
    public void Devices_that_share_a_topic_are_named_in_the_payload()
    {
        var source = Only(new Heard().Add(30, (i, ms) => $$"""{"device":"m{{i % 3}}","ts":{{ms}},"temp":{{Heard.Value(i)}}}""", "plant/all"));
        Assert.Equal("device=payload.device; time=ts", Lines(source));
        Assert.Equal(3, source.Trial.Devices.Count);
    }

    [Fact]
    public void A_topic_with_one_value_names_its_channel()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$"""{"value":{{Heard.Value(i)}},"unit":"°C","timestamp":{{ms}}}""",
            "hall/oven/temperature", "hall/oven/humidity", "hall/press/temperature"));
        Assert.Equal("device=topic[1]; channel=topic[2]; value=value; time=timestamp", Lines(source));
        Assert.Equal(["humidity", "temperature"], source.Trial.Channels.Keys.Order());
    }

    [Fact]
    public void Rows_that_name_their_values_are_found()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$"""{"when":{{ms}},"readings":[{"tag":"T1","val":{{Heard.Value(i)}}},{"tag":"P1","val":2.5}]}""",
            "gateway/a"));
        Assert.Contains("rows=readings[*]; name=tag; value=val", Lines(source));
        Assert.Equal(["T1", "P1"], source.Trial.Channels.Keys);
        Assert.Equal("$.when", source.Time);
    }

    [Theory]
    [InlineData("23,4", "decimal_comma=true")]
    [InlineData("23.4 °C", "strip_units=true")]
    [InlineData("23,4 °C", "decimal_comma=true; strip_units=true")]
    public void Numbers_that_are_texts_are_read(string text, string expected)
    {
        var source = Only(new Heard().Add(20, (_, ms) => $$"""{"ts":{{ms}},"temp":"{{text}}"}""", "press/7"));
        Assert.EndsWith(expected, Lines(source));
        Assert.Equal(23.4f, source.Trial.Channels["temp"].Values[0]);
    }

    [Fact]
    public void Words_of_a_switch_become_numbers()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$"""{"ts":{{ms}},"temp":{{Heard.Value(i)}},"valve":"{{(i % 2 == 0 ? "OPEN" : "CLOSED")}}"}""", "press/7"));
        Assert.EndsWith("words={ open = 1, closed = 0 }", Lines(source));
        Assert.Equal(1f, source.Trial.Channels["valve"].Values[0]);
    }

    [Fact]
    public void Lists_of_samples_come_with_their_rate()
    {
        var source = Only(new Heard().Add(10, (i, ms) => $$$"""{"ts":{{{ms}}},"rate":100,"values":{"x":[1.5,2,{{{i}}}],"y":[1,2,3],"z":[0,1,0]}}""", "vibration/m1"));
        Assert.Contains("sample_rate=rate", Lines(source));
        Assert.True(source.HasBlocks);
        Assert.Equal(["x", "y", "z"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void A_preset_is_taken_where_the_payload_is_its_own()
    {
        var source = Only(new Heard().Add(20, (i, ms) => $$"""
            {"timestamp":{{ms}},"values":[{"id":"Line1.T","v":{{Heard.Value(i)}},"q":true,"t":{{ms}}},{"id":"Line1.P","v":2.5,"q":true,"t":{{ms}}}]}
            """, "iotgateway"));
        Assert.Equal("kepware", source.Trial.Plan.Preset);
        Assert.Equal(["Line1.T", "Line1.P"], source.Trial.Channels.Keys);
    }

    [Fact]
    public void A_preset_is_taken_where_the_topic_says_so()
    {
        var source = Only(new Heard()
            .Add(10, (i, _) => $$"""{"temperature":{{Heard.Value(i)}},"linkquality":{{90 + i}}}""", "zigbee2mqtt/attic")
            .Add(10, (i, _) => $$"""{"power":{{Heard.Value(i)}},"linkquality":80}""", "zigbee2mqtt/plug"));
        Assert.Equal("preset=zigbee2mqtt", Lines(source));
        Assert.Equal(["attic", "plug"], source.Trial.Devices.Order());
        Assert.Equal(["power", "temperature"], source.Watched.Order());
    }

    [Fact]
    public void What_is_no_reading_is_left_out_with_the_reason()
    {
        var proposal = new Heard().Add(5, (i, ms) => $$"""{"ts":{{ms}},"temp":{{Heard.Value(i)}}}""", "press/7/data")
            .Add(2, (_, _) => "online", "press/7/mode").Add(2, (_, _) => "online", "press/7/availability")
            .Add(2, (_, _) => """{"state":"up","cpu":3}""", "zigbee2mqtt/bridge/info").Add(1, (_, _) => "17", "$SYS/broker/uptime")
            .Add(1, (_, _) => """{"specversion":"1.0","type":"io.edgeagent.anomaly.opened","n":1}""", "anomalies/a/b").Propose();
        Assert.Single(proposal.Sources);
        Assert.Equal(
            ["about a bridge, not of a sensor", "availability", "events of an agent", "the broker's own", "words, no numbers"],
            proposal.LeftOut.Select(l => l.Reason).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_device_says_of_itself_is_not_watched()
    {
        var source = Only(new Heard().Add(20, (i, _) => $$"""{"rssi":{{-60 - i % 5}},"uptime":{{i}},"battery":{{99 - i % 3}}}""", "node/7"));
        Assert.Empty(source.Watched);
    }

    [Fact]
    public void A_recording_whose_arrival_is_the_event_time_has_good_times()
    {
        var heard = new Heard();
        for (var i = 0; i < 20; i++)
        {
            var arrival = Heard.Begin.AddSeconds(i);
            var payload = $$"""{"ts":{{new DateTimeOffset(arrival).ToUnixTimeMilliseconds()}},"temp":{{Heard.Value(i)}}}""";
            heard.Samples.Add(new EdgeAgent.Listening.HeardMessage("press/7", System.Text.Encoding.UTF8.GetBytes(payload), arrival.Ticks));
        }
        Assert.Equal("ts", Only(heard).Time);
    }

    private static SourceProposal Only(Heard heard) => Assert.Single(heard.Propose().Sources);

    private static string Lines(SourceProposal source) => string.Join("; ", source.Trial.Plan.Lines.Select(l => $"{l.Key}={l.Value.Trim('"')}"));
}

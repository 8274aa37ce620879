using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>Where things stand in payloads with rows: in them, outside of them, at several places.</summary>
public class DocumentPlacesTests
{
    private static readonly long Arrival = DateTime.UnixEpoch.AddSeconds(7).Ticks;

    [Theory]
    [InlineData("payload.h[0].id", """{"h":[{"id":"p7"}],"rows":[{"a":1}]}""")]
    [InlineData("payload.h[*].id", """{"rows":[{"a":1}],"h":[{"id":"p7"}]}""")]
    [InlineData("payload.*.id", """{"rows":[{"a":1}],"h":{"id":"p7"}}""")]
    [InlineData("payload.rows[0].id", """{"rows":[{"a":1,"id":"p7"}]}""")]
    public void A_device_is_found_outside_of_the_rows_along_any_path(string device, string payload) => Assert.Equal(
        "p7@7 a=1", Text(new PayloadOptions { Device = device, Rows = "rows[*]", Channels = [new() { Name = "a" }] }, payload));

    [Fact]
    public void A_time_is_found_in_an_array_outside_of_the_rows() => Assert.Equal("@1712345678 a=1", Text(
        new PayloadOptions { Rows = "rows[*]", ChannelsBelow = "", Time = "$.a[0].ts" }, """{"rows":[{"a":1}],"a":[{"ts":1712345678}]}"""));

    [Fact]
    public void Name_value_quality_and_rate_may_stand_outside_of_the_rows()
    {
        var named = new PayloadOptions { Rows = "rows[*]", NamePath = "n | $.name", ValuePath = "v" };
        Assert.Equal("@7 x=1 y=2", Text(named, """{"rows":[{"v":1},{"v":2,"n":"y"}],"name":"x"}"""));
        Assert.Equal("@7 y=2 x=1", Text(named, """{"name":"x","rows":[{"v":2,"n":"y"},{"v":1}]}"""));

        var valued = new PayloadOptions { Rows = "rows[*]", NamePath = "n", ValuePath = "$.v" };
        Assert.Equal("@7 x=5", Text(valued, """{"rows":[{"n":"x"}],"v":5}"""));

        var judged = new PayloadOptions { Rows = "rows[*]", ChannelsBelow = "", Quality = new QualityOptions { Path = "$.q" } };
        Assert.Equal("@7 a=1", Text(judged, """{"rows":[{"a":1}],"q":true}"""));
        Assert.Equal("NoUsableValue", Text(judged, """{"rows":[{"a":1}],"q":false}"""));

        var sampled = new PayloadOptions { Rows = "rows[*]", ChannelsBelow = "", SampleRatePath = "$.hz" };
        Assert.Equal("@6 x=1\n@7 x=2", Text(sampled, """{"rows":[{"x":[1,2]}],"hz":1}"""));
    }

    [Theory]
    [InlineData("""{"v":1.5,"val":"n/a"}""")]
    [InlineData("""{"v":"n/a","val":1.5}""")]
    [InlineData("""{"val":null,"v":1.5}""")]
    public void Of_several_places_of_a_value_a_usable_one_stays(string payload) =>
        Assert.Equal("@7 t=1.5", Text(new PayloadOptions { Channel = "{topic[0]}", ValuePath = "v | val" }, payload, "t"));

    [Theory]
    [InlineData("""{"v":1,"ts":1712345678,"time":"soon"}""")]
    [InlineData("""{"v":1,"time":"soon","ts":1712345678}""")]
    public void Of_several_places_of_a_time_a_usable_one_stays(string payload) =>
        Assert.Equal("@1712345678 v=1", Text(new PayloadOptions { Channels = [new() { Name = "v" }], Time = "ts | time" }, payload));

    [Fact]
    public void What_holds_for_all_elements_or_members_does_not_hide_what_holds_for_one()
    {
        Assert.Equal("@7 w=3 v=4", Text(Listed(("w", "x[*].w"), ("v", "x[0].v")), """{"x":[{"w":3,"v":4}]}"""));
        Assert.Equal("@7 v=4 w=3", Text(Listed(("v", "x[0].v"), ("w", "x[*].w")), """{"x":[{"w":3,"v":4}]}"""));
        Assert.Equal("@7 v=4 w=3", Text(Listed(("v", "x.a.v"), ("w", "x.*.w")), """{"x":{"a":{"w":3,"v":4}}}"""));
        Assert.Equal("@7 v=4 w=3", Text(Listed(("v", "x.a.v"), ("w", "x.*.w")), """{"x":{"a":{"v":4},"b":{"w":3}}}"""));
    }

    [Fact]
    public void A_key_of_the_rows_is_known_where_another_path_names_it() => Assert.Equal("left/U1@7 a=1", Text(
        new PayloadOptions { Device = "{key}/{payload.left.unit}", Rows = "*.rows[*]", ChannelsBelow = "" },
        """{"left":{"unit":"U1","rows":[{"a":1}]}}"""));

    [Theory]
    [InlineData("""{"a":null}""", DecodeFailure.NoUsableValue)]
    [InlineData("""{"a":12}""", DecodeFailure.NoUsableValue)]
    [InlineData("""{"a":5,"q":"bad"}""", DecodeFailure.NoUsableValue)]
    [InlineData("""{"a":"broken"}""", DecodeFailure.OnlyTexts)]
    [InlineData("""{"b":5}""", DecodeFailure.NoChannels)]
    internal void Values_that_are_there_and_count_for_nothing_are_no_wrong_place(string payload, DecodeFailure expected) => Assert.Equal(
        expected, new DecoderBench(new PayloadOptions
        {
            Channels = [new() { Name = "a", Min = 0, Max = 10 }], Quality = new QualityOptions { Path = "q" },
        }).Decode(payload));

    [Fact]
    public void An_array_that_nobody_reads_is_named()
    {
        var bench = new DecoderBench(new PayloadOptions { ChannelsBelow = "" }, new DecodeNotes { ArraysLeftOut = [] });

        Assert.Equal(DecodeFailure.None, bench.Decode("""{"a":1,"e":{"power":[1,2,3]},"one":[4],"texts":["x","y"]}""", Arrival));

        Assert.Equal(["e.power"], bench.Notes.ArraysLeftOut!);
    }

    [Fact]
    public void Elements_of_a_short_array_are_channels_where_the_source_lists_them() => Assert.Equal(
        "@7 ENERGY.Power[0]=1 ENERGY.Power[2]=3",
        Text(Listed(("ENERGY.Power[0]", ""), ("ENERGY.Power[2]", "")), """{"ENERGY":{"Power":[1,2,3]}}"""));

    private static PayloadOptions Listed(params (string Name, string Path)[] channels) =>
        new() { Channels = [.. channels.Select(c => new ChannelOptions { Name = c.Name, Path = c.Path })] };

    private static string Text(PayloadOptions options, string payload, string topic = "plant/pump-7/telemetry")
    {
        var bench = new DecoderBench(options);
        var failure = bench.Decode(
            new IncomingMessage { Topic = Some.Utf8(topic), Payload = Some.Utf8(payload), ArrivalTicks = Arrival });
        return failure == DecodeFailure.None ? bench.Text : failure.ToString();
    }
}

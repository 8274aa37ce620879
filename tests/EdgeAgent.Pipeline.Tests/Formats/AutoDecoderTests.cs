using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class AutoDecoderTests
{
    [Theory]
    [InlineData("""{"v":10}""", "@7 v=10")]
    [InlineData("23.5", "@7 telemetry=23.5")]
    [InlineData("pump,host=a temp=10,press=1.5 1712345678000000000", "@1712345678 temp=10 press=1.5")]
    [InlineData("""[{"bn":"urn:dev:1:","bt":1712345678},{"n":"temperature","u":"Cel","v":10}]""", "@1712345678 temperature=10")]
    [InlineData("""[{"v":1},{"v":2}]""", "@7 v=1|@7 v=2")]
    public void A_topic_s_format_is_found_by_what_it_sends(string payload, string expected) => Check(Some.Utf8(payload), expected);

    [Theory]
    [InlineData("a161760a", "@7 v=10")]
    [InlineData("81a1760a", "@7 v=10")]
    [InlineData("1f8b08002f3c0c6b02ffab562a53b23234a80500b2448de108000000", "@7 v=10")]
    public void Bytes_are_told_apart_by_reading_them(string hex, string expected) => Check(Convert.FromHexString(hex), expected);

    [Fact]
    public void What_the_sender_says_comes_first_and_a_topic_keeps_its_format()
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "" });
        Assert.Equal(DecodeFailure.None, decoder.Decode(Message("a"u8, [0xa1, 0x61, 0x76, 0x0a], "application/cbor; x=1"u8)));
        Assert.Equal(DecodeFailure.BadCbor, decoder.Decode(Message("a"u8, """{"v":10}"""u8, "application/json"u8)));
        Assert.Equal(DecodeFailure.None, decoder.Decode(Message("b"u8, """{"v":10}"""u8, []).With("""{"v":11}"""u8)));
    }

    [Theory]
    [InlineData("""{"v":10,5}""", DecodeFailure.BadJson)]
    [InlineData("<v>10</v>", DecodeFailure.UnknownFormat)]
    [InlineData("v 10 20", DecodeFailure.UnknownFormat)]
    internal void What_is_of_no_format_is_refused_and_leaves_the_topic_open(string payload, DecodeFailure expected)
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "" });
        Assert.Equal(expected, decoder.Decode(payload));
        Assert.Equal(0, decoder.Channels.Count);
        Assert.Equal(DecodeFailure.None, decoder.Decode("7"));
    }

    [Fact]
    public void A_list_that_looks_like_SenML_is_read_by_the_places_that_its_source_names()
    {
        var decoder = new DecoderBench(new PayloadOptions { Rows = "[*]", NamePath = "n", ValuePath = "v", Time = "t" });
        Assert.Equal(DecodeFailure.None, decoder.Decode("""[{"n":"a.b","v":10,"t":1712345678000}]"""));
        Assert.Equal("@1712345678 a.b=10", decoder.Text);
    }

    [Theory]
    [InlineData("[1,2]", DecodeFailure.NotAnObject)]
    [InlineData("""[{"n":"a","v":1}]""", DecodeFailure.NoDevice)]
    [InlineData("23.5", DecodeFailure.NoDevice)]
    [InlineData("pump,id=7 temp=10", DecodeFailure.NoDevice)]
    [InlineData("""{"id":"p7","v":10}""", DecodeFailure.None)]
    internal void Formats_that_cannot_name_the_device_are_none_of_the_source(string payload, DecodeFailure expected)
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "", Device = "payload.id" });
        Assert.Equal(expected, decoder.Decode(payload));
        Assert.Equal(DecodeFailure.None, decoder.Decode("""{"id":"p7","v":10}"""));
        Assert.Equal("p7", decoder.DeviceName);
    }

    [Fact]
    public void Sparkplug_that_cannot_name_the_device_is_refused()
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "", Device = "payload.id" });
        Assert.Equal(DecodeFailure.NoDevice, decoder.Decode(Message("spBv1.0/g/NBIRTH/n"u8, [8, 1], [])));
    }

    [Fact]
    public void Formats_that_cannot_name_the_channel_are_none_of_the_source()
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "", Channel = "payload.kind" });
        Assert.Equal(DecodeFailure.NoChannelName, decoder.Decode("23.5"));
        Assert.Equal(DecodeFailure.NotAnObject, decoder.Decode("[1]"));
        Assert.Equal(DecodeFailure.None, decoder.Decode("""{"kind":"air","v":10}"""));
    }

    [Fact]
    public void A_list_in_CBOR_is_read_by_the_places_that_its_source_names_too()
    {
        var decoder = new DecoderBench(new PayloadOptions { Rows = "[*]", NamePath = "n", ValuePath = "v", Time = "t" });
        Assert.Equal(DecodeFailure.None, decoder.Decode(Repacked.Cbor("""[{"n":"a.b","v":10,"t":1712345678000}]"""), 0));
        Assert.Equal("@1712345678 a.b=10", decoder.Text);
    }

    [Theory]
    [InlineData("payload.id", null, null, "p7@0 v=10")]
    [InlineData("topic[1]", "row.id", "v", "@0 p7=10")]
    public void What_asks_for_names_that_SenML_has_not_is_read_as_other_formats(
        string device, string? channel, string? value, string expected)
    {
        var decoder = new DecoderBench(new PayloadOptions
        {
            Device = device, Channel = channel, ValuePath = value, ChannelsBelow = value is null ? "" : null,
        });
        var json = """{"id":"p7","v":10}""";

        Assert.Equal(DecodeFailure.None, decoder.Decode(Message("a"u8, Repacked.Cbor(json), [])));
        Assert.Equal(DecodeFailure.None, decoder.Decode(Message("b"u8, Repacked.MessagePack(json), "application/senml+cbor"u8)));
        Assert.Equal(DecodeFailure.NotAnObject, decoder.Decode(Message("c"u8, "[1]"u8, "application/senml+json"u8)));
        Assert.Equal(DecodeFailure.None, decoder.Decode(Message("c"u8, Some.Utf8($"[{json}]"), [])));
        Assert.Equal(expected, decoder.Text);
    }

    [Fact]
    public void SenML_in_bytes_is_found_where_names_are_made_of_what_it_has()
    {
        var decoder = new DecoderBench(new PayloadOptions { Device = "payload.bn", ChannelsBelow = "" });
        Assert.Equal(DecodeFailure.None, decoder.Decode(Convert.FromHexString("81a3216270370064746d7070020a"), FormatBench.Arrival));
        Assert.Equal("p7@100 tmpp=10", decoder.Text);
    }

    [Fact]
    public void A_known_topic_costs_no_allocation()
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "" });
        var payload = Some.Utf8("""{"v":10}""");
        decoder.Decode(payload, 0);
        decoder.Decode(payload, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) decoder.Decode(payload, 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Check(byte[] payload, string expected)
    {
        var decoder = new DecoderBench(new PayloadOptions { ChannelsBelow = "" });
        var arrival = DateTime.UnixEpoch.AddSeconds(expected.StartsWith("@17", StringComparison.Ordinal) ? 1712345690 : 7).Ticks;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(DecodeFailure.None, decoder.Decode(payload, arrival));
            Assert.Equal(expected.Replace('|', '\n'), decoder.Text);
        }
    }

    private static IncomingMessage Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> contentType)
    {
        var message = new IncomingMessage
        {
            Topic = topic, Payload = payload, ContentType = contentType, ArrivalTicks = DateTime.UnixEpoch.Ticks,
        };
        return message;
    }
}

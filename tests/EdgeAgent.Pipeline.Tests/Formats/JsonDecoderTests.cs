using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class JsonDecoderTests
{
    private static readonly long Arrival = DateTime.UnixEpoch.Ticks + 123;

    [Fact]
    public void Every_number_below_the_path_is_a_channel()
    {
        var decoder = new DecoderBench(Some.Source());

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 1, "values": {"a": 1.5, "b": -2e3, "c": "text", "d": {"e": 9}}}"""));

        Assert.Equal(["a", "b", "d.e"], decoder.Channels.Current.Names);
        Assert.Equal([1.5f, -2000f, 9], decoder.Values.ToArray());
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1).Ticks, decoder.TimeTicks);
    }

    [Fact]
    public void The_top_itself_may_hold_the_channels()
    {
        var decoder = new DecoderBench(Some.Source(s => s.ChannelsBelow = ""));

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"a": 1, "ts": 5, "b": 2}"""));

        Assert.Equal(["a", "b"], decoder.Channels.Current.Names);
    }

    [Fact]
    public void A_channel_keeps_its_place_when_the_order_changes_and_others_come()
    {
        var decoder = new DecoderBench(Some.Source());
        Decode(decoder, """{"ts": 1, "values": {"a": 1, "b": 2}}""");

        Decode(decoder, """{"values": {"c": 3, "b": 20, "a": 10}, "ts": 2}""");

        Assert.Equal(["a", "b", "c"], decoder.Channels.Current.Names);
        Assert.Equal([10f, 20f, 3f], decoder.Values.ToArray());
    }

    [Fact]
    public void A_channel_that_is_missing_null_no_number_or_beyond_a_float_is_NaN()
    {
        var decoder = new DecoderBench(Some.Source(s => (s.ChannelsBelow, s.Channels) = (null, Listed("a", "b", "c", "d", "e"))));

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 1, "b": null, "c": "three", "d": 1e39, "e": 5}"""));

        Assert.Equal([float.NaN, float.NaN, float.NaN, float.NaN, 5f], decoder.Values.ToArray());
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    public void Huge_numbers_are_missing_values(string number) =>
        Assert.Equal(DecodeFailure.NoChannels, Decode(new DecoderBench(Some.Source()), $$$"""{"ts": 1, "values": {"a": {{{number}}}}}"""));

    [Fact]
    public void A_listed_switch_counts_as_1_and_0()
    {
        var decoder = new DecoderBench(Some.Source(s => (s.ChannelsBelow, s.Channels) = (null, Listed("on", "off"))));

        Decode(decoder, """{"ts": 1, "on": true, "off": false}""");

        Assert.Equal([1f, 0f], decoder.Values.ToArray());
    }

    [Fact]
    public void Listed_channels_have_paths_and_ranges()
    {
        List<ChannelOptions> channels =
        [
            new() { Name = "pressure", Path = "hydraulics.inlet.p", Min = 0, Max = 10 },
            new() { Name = "flow", Path = "hydraulics.q", Max = 100 },
            new() { Name = "speed", Min = -5 },
        ];
        var decoder = new DecoderBench(Some.Source(s => (s.ChannelsBelow, s.Channels) = (null, channels)));

        Decode(decoder, """{"speed": -5, "hydraulics": {"q": 101, "inlet": {"x": [1, {"p": 7}], "p": 10}}, "ts": 1}""");

        Assert.Equal([10f, float.NaN, -5f], decoder.Values.ToArray());
    }

    [Fact]
    public void Many_listed_channels_of_which_one_came_are_a_reading()
    {
        var decoder = new DecoderBench(Some.Source(s => (s.ChannelsBelow, s.Channels) = (null, Listed([.. Names(300)]))));

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 1, "c3": 7}"""));

        Assert.Equal(300, decoder.Channels.Count);
        Assert.Equal([float.NaN, float.NaN, float.NaN, 7], decoder.Values.ToArray());
    }

    [Fact]
    public void Names_with_escapes_are_the_names_they_spell()
    {
        var decoder = new DecoderBench(Some.Source());
        Decode(decoder, """{"ts": 1, "values": {"été": 1, "b": 2}}""");

        Decode(decoder, """{"t\u0073": 1, "v\u0061lues": {"\u00e9t\u00e9": 10, "\u0062": 20}}""");

        Assert.Equal(["été", "b"], decoder.Channels.Current.Names);
        Assert.Equal([10f, 20f], decoder.Values.ToArray());
    }

    [Fact]
    public void The_last_of_two_values_counts()
    {
        var decoder = new DecoderBench(Some.Source());

        Decode(decoder, """{"ts": 1, "values": {"a": 1, "a": 2}}""");

        Assert.Equal([2f], decoder.Values.ToArray());
    }

    [Fact]
    public void Nothing_of_the_last_payload_is_left()
    {
        var decoder = new DecoderBench(Some.Source(s => s.Time = null));
        Decode(decoder, """{"values": {"a": 1, "b": 2}}""");

        Decode(decoder, """{"values": {"b": 3}}""");

        Assert.Equal([float.NaN, 3f], decoder.Values.ToArray());
        Assert.Equal(Arrival, decoder.TimeTicks);
    }

    [Fact]
    public void Discovered_channels_grow_up_to_the_limit()
    {
        var decoder = new DecoderBench(Some.Source(s => s.ChannelLimit = 40));
        var all = string.Join(", ", Names(40).Select(n => $"\"{n}\": 1"));

        Assert.Equal(DecodeFailure.None, Decode(decoder, $$$"""{"ts": 1, "values": {{{{all}}}}}"""));
        Assert.Equal(DecodeFailure.TooManyChannels, Decode(decoder, """{"ts": 1, "values": {"one more": 1}}"""));
        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 1, "values": {"c39": 1}}"""));

        Assert.Equal(40, decoder.Values.Length);
    }

    [Theory]
    [InlineData("", DecodeFailure.Empty)]
    [InlineData(" \r\n", DecodeFailure.Empty)]
    [InlineData("{", DecodeFailure.BadJson)]
    [InlineData("{\"ts\": 1, \"values\": {\"a\": 1}} x", DecodeFailure.BadJson)]
    [InlineData("{\"ts\": 1, \"values\": {\"a\": \"x\"}}", DecodeFailure.OnlyTexts)]
    [InlineData("{\"ts\": 1, \"values\": {\"a\": 01}}", DecodeFailure.BadJson)]
    [InlineData("[1]", DecodeFailure.NotAnObject)]
    [InlineData("3", DecodeFailure.NotAnObject)]
    [InlineData("null", DecodeFailure.NotAnObject)]
    [InlineData("{\"values\": {\"a\": 1}}", DecodeFailure.NoTime)]
    [InlineData("{\"ts\": null, \"values\": {\"a\": 1}}", DecodeFailure.NoTime)]
    [InlineData("{\"ts\": [1], \"values\": {\"a\": 1}}", DecodeFailure.BadTime)]
    [InlineData("{\"ts\": 1e300, \"values\": {\"a\": 1}}", DecodeFailure.BadTime)]
    [InlineData("{\"ts\": 1}", DecodeFailure.NoChannels)]
    [InlineData("{\"ts\": 1, \"values\": {}}", DecodeFailure.NoChannels)]
    [InlineData("{\"ts\": 1, \"values\": [1, 2]}", DecodeFailure.NoChannels)]
    [InlineData("{\"ts\": 1, \"values\": {\"\\ud800\": 1}}", DecodeFailure.BadJson)]
    [InlineData("{\"\\ud800\": 1, \"ts\": 1, \"values\": {\"a\": 1}}", DecodeFailure.BadJson)]
    internal void Each_failure_has_its_name(string payload, DecodeFailure expected) =>
        Assert.Equal(expected, Decode(new DecoderBench(Some.Source(s => s.Decode = "json")), payload));

    [Theory]
    [InlineData("payload.id", """{"ts": 1, "id": "p 9", "values": {"a": 1}}""", "p 9")]
    [InlineData("payload.meta.id", """{"values": {"a": 1}, "meta": {"x": 1, "id": 42}, "ts": 1}""", "42")]
    [InlineData("topic[1]", """{"ts": 1, "id": "p 9", "values": {"a": 1}}""", "")]
    public void A_reading_is_of_the_device_that_the_payload_names_or_of_the_one_that_sent_it(string from, string payload, string expected)
    {
        var decoder = new DecoderBench(Some.Source(s => s.Device = from));

        Assert.Equal(DecodeFailure.None, Decode(decoder, payload));

        Assert.Equal(expected, decoder.DeviceName);
        Assert.Equal(expected.Length > 0, decoder.NamesDevices);
    }

    [Theory]
    [InlineData("{\"ts\": 1, \"id\": 1, \"values\": {\"a\": 1}}")]
    public void A_payload_without_the_name_that_its_source_asks_for_has_no_device(string payload) =>
        Assert.Equal(DecodeFailure.NoDevice, Decode(new DecoderBench(Some.Source(s => s.Device = "payload.serial")), payload));

    private static DecodeFailure Decode(DecoderBench decoder, string payload) => decoder.Decode(payload, Arrival);

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"c{i}");

    private static List<ChannelOptions> Listed(params string[] names) => [.. names.Select(n => new ChannelOptions { Name = n })];
}

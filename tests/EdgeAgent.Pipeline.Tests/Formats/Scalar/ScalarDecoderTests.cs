using System.Globalization;
using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Scalar;

public class ScalarDecoderTests(ITestOutputHelper output)
{
    private const string Topic = "plant/p7/temperature";

    [Theory]
    [InlineData("23.4", "23.4")]
    [InlineData(" -1e3\r\n\0", "-1000")]
    [InlineData("\"23.4\"", "23.4")]
    [InlineData("' 7 '", "7")]
    [InlineData("\uFEFF5", "5")]
    [InlineData("ON", "1")]
    [InlineData("false", "0")]
    public void The_payload_is_the_value_of_the_channel_that_the_topic_ends_with(string payload, string expected) =>
        Assert.Equal($"@100 temperature={expected}", FormatBench.Of("scalar").TextOf(Topic, payload));

    [Theory]
    [InlineData("23,4", "23.4")]
    [InlineData("10 °C", "10")]
    [InlineData("closed", "3")]
    public void Texts_are_read_as_the_source_says(string payload, string expected)
    {
        var decoder = FormatBench.Of("scalar", s => (s.HasDecimalComma, s.StripsUnits, s.Words) = (true, true, new() { ["Closed"] = 3 }));

        Assert.Equal($"@100 temperature={expected}", decoder.TextOf(Topic, payload));
    }

    [Theory]
    [InlineData("", DecodeFailure.Empty)]
    [InlineData("\"\"", DecodeFailure.Empty)]
    [InlineData("NaN", DecodeFailure.NoUsableValue)]
    [InlineData("null", DecodeFailure.NoUsableValue)]
    [InlineData("1e39", DecodeFailure.OnlyTexts)]
    [InlineData("23,4", DecodeFailure.OnlyTexts)]
    [InlineData("{\"a\": 1}", DecodeFailure.OnlyTexts)]
    internal void What_is_no_number_says_why(string payload, DecodeFailure expected) =>
        Assert.Equal(expected, FormatBench.Of("scalar").Decode(Topic, payload));

    [Theory]
    [InlineData("topic[1]", "p7")]
    [InlineData("{topic[2]}.{topic[0]}", "temperature.plant")]
    public void The_source_may_say_how_the_topic_names_the_channel(string template, string expected) =>
        Assert.Equal($"@100 {expected}=1", FormatBench.Of("scalar", s => s.Channel = template).TextOf(Topic, "1"));

    [Fact]
    public void A_topic_without_the_level_that_names_the_channel_is_refused() =>
        Assert.Equal(DecodeFailure.NoChannelName, FormatBench.Of("scalar", s => s.Channel = "topic[3]").Decode(Topic, "1"));

    [Fact]
    public void Listed_channels_have_their_range_and_others_are_not_for_this_source()
    {
        List<ChannelOptions> channels = [new() { Name = "T", Path = "temperature", Max = 100 }, new() { Name = "pressure" }];
        var decoder = FormatBench.Of("scalar", s => (s.ChannelsBelow, s.Channels) = (null, channels));

        Assert.Equal("@100 T=5", decoder.TextOf(Topic, "5"));
        Assert.Equal("@100 pressure=6", decoder.TextOf("plant/p7/pressure", "6"));
        Assert.Equal(DecodeFailure.NoUsableValue, decoder.Decode(Topic, "101"));
        Assert.Equal(DecodeFailure.NotTelemetry, decoder.Decode("plant/p7/speed", "7"));
        Assert.Equal(["T", "pressure"], decoder.Channels.Current.Names);
    }

    [Fact]
    public void Channels_grow_up_to_the_limit_and_a_refused_message_leaves_none()
    {
        var decoder = FormatBench.Of("scalar", s => s.ChannelLimit = 2);

        Assert.Equal(DecodeFailure.OnlyTexts, decoder.Decode("a/junk", "x"));
        Assert.Equal("@100 x=1", decoder.TextOf("a/x", "1"));
        Assert.Equal("@100 y=2", decoder.TextOf("a/y", "2"));
        Assert.Equal(DecodeFailure.TooManyChannels, decoder.Decode("a/z", "3"));
    }

    [Fact]
    public void A_topic_whose_channel_was_forgotten_finds_it_anew()
    {
        var decoder = FormatBench.Of("scalar");
        decoder.Decode("a/x", "1");
        decoder.Channels.ForgetAfter(0);

        Assert.Equal("@100 y=2", decoder.TextOf("a/y", "2"));
        Assert.Equal("@100 x=3", decoder.TextOf("a/x", "3"));
        Assert.Equal("@100 y=4", decoder.TextOf("a/y", "4"));
    }

    [Fact]
    public void Random_numbers_are_what_was_written()
    {
        var random = new Random(7);
        var decoder = FormatBench.Of("scalar");
        for (var i = 0; i < 5_000; i++)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            if (!float.IsFinite(value)) continue;
            Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, value.ToString("R", CultureInfo.InvariantCulture)));
            Assert.Equal(value, decoder.Values[0]);
        }
    }

    [Fact]
    public void Damage_throws_nothing_and_a_cut_number_is_read_or_refused()
    {
        var decoder = FormatBench.Of("scalar");

        decoder.Fuzz(Seed.Take(output), Topic, "23.4"u8.ToArray(), "\"-1e3\""u8.ToArray(), "online"u8.ToArray());

        Assert.Equal(
            [DecodeFailure.Empty, DecodeFailure.OnlyTexts, DecodeFailure.None, DecodeFailure.OnlyTexts],
            decoder.Truncate(Topic, "-1e3"u8.ToArray()));
    }

    [Fact]
    public void It_allocates_nothing() => FormatBench.Of("scalar").AssertAllocatesNothing(Topic, "23.4"u8.ToArray());
}

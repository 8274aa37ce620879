using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats.Csv;

public class CsvDecoderTests
{
    private const string Topic = "plant/p7/telemetry";

    [Theory]
    [InlineData("23.4,5.1", "a=23.4 b=5.1")]
    [InlineData("23.4;5.1\r\n", "a=23.4 b=5.1")]
    [InlineData("23.4\t5.1", "a=23.4 b=5.1")]
    [InlineData("23.4   5.1", "a=23.4 b=5.1")]
    [InlineData(" 23.4 , 5.1 ,", "a=23.4 b=5.1")]
    [InlineData("\"23.4\",\"-5e1\"", "a=23.4 b=-50")]
    [InlineData(",5.1", "b=5.1")]
    [InlineData("n/a,5.1", "b=5.1")]
    public void A_line_of_values_is_one_reading_of_its_columns(string line, string read)
    {
        var bench = new DecoderBench(Source());
        Assert.Equal(DecodeFailure.None, bench.Decode(line, DateTime.UnixEpoch.Ticks));
        Assert.Equal("@0 " + read, bench.Text[bench.Text.IndexOf('@')..]);
    }

    [Fact]
    public void A_decimal_comma_goes_with_other_separators()
    {
        var bench = new DecoderBench(Source(s => s.HasDecimalComma = true));
        foreach (var line in new[] { "23,4;5,1", "23,4 5,1", "23,4\t5,1" })
        {
            Assert.Equal(DecodeFailure.None, bench.Decode(line, DateTime.UnixEpoch.Ticks));
            Assert.EndsWith("a=23.4 b=5.1", bench.Text);
        }
    }

    [Theory]
    [InlineData("", DecodeFailure.Empty)]
    [InlineData("23.4", DecodeFailure.BadCsv)]
    [InlineData("1,2,3", DecodeFailure.BadCsv)]
    [InlineData("1,2,,", DecodeFailure.BadCsv)]
    [InlineData("1,2\n3,4", DecodeFailure.BadCsv)]
    [InlineData("on,off", DecodeFailure.OnlyTexts)]
    [InlineData(",", DecodeFailure.NoChannels)]
    internal void What_is_no_line_of_the_columns_has_its_reason(string line, DecodeFailure reason) =>
        Assert.Equal(reason, new DecoderBench(Source()).Decode(line));

    [Fact]
    public void Columns_without_a_name_and_those_that_are_not_listed_are_left_out()
    {
        var bench = new DecoderBench(Source(s =>
        {
            s.Columns = ["id", "", "a", "on"];
            (s.ChannelsBelow, s.Channels) = (null, [new ChannelOptions { Name = "a", Scale = 10 }, new ChannelOptions { Name = "on" }]);
        }));
        Assert.Equal(DecodeFailure.None, bench.Decode("7,8,1.5,ON", DateTime.UnixEpoch.Ticks));
        Assert.EndsWith("@0 a=15 on=1", bench.Text);
    }

    [Fact]
    public void Junk_never_throws_and_a_line_allocates_nothing()
    {
        var bench = new DecoderBench(Source());
        bench.Fuzz(7, Topic, Some.Utf8("23.4,5.1"), Some.Utf8("1;2"));
        bench.AssertAllocatesNothing(Topic, Some.Utf8("23.4,5.1"));
    }

    private static PayloadOptions Source(Action<PayloadOptions>? change = null)
    {
        var source = new PayloadOptions { Decode = "csv", Device = "topic[1]", ChannelsBelow = "", Columns = ["a", "b"] };
        change?.Invoke(source);
        return source;
    }
}

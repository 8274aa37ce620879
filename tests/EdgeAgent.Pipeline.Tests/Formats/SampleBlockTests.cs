using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class SampleBlockTests
{
    private static readonly long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void Each_sample_is_a_reading_and_a_scalar_stands_in_all_of_them()
    {
        var decoder = Decoder();

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 100, "values": {"x": [1, 2.5, -3], "t": 20, "y": [4, 5, 6]}}"""));

        Assert.Equal(["x", "t", "y"], decoder.Channels.Current.Names);
        Assert.Equal([[1f, 20, 4], [2.5f, 20, 5], [-3f, 20, 6]], Rows(decoder));
    }

    [Fact]
    public void The_message_s_time_is_that_of_the_last_sample_or_of_the_first_and_the_others_are_spaced_by_the_rate()
    {
        var start = DateTime.UnixEpoch.Ticks + 100 * Second;
        var last = Decoder();
        Decode(last, """{"ts": 100, "values": {"x": [1, 2, 3]}}""");
        var first = Decoder(s => s.BlockTime = BlockTime.First);
        Decode(first, """{"ts": 100, "values": {"x": [1, 2, 3]}}""");

        Assert.Equal([start - 6250, start - 3125, start], Times(last));
        Assert.Equal(start, last.TimeTicks);
        Assert.Equal([start, start + 3125, start + 6250], Times(first));
        Assert.Equal(start + 6250, first.TimeTicks);
    }

    [Fact]
    public void A_message_may_bring_its_own_rate_wherever_it_stands()
    {
        var decoder = Decoder(s => (s.SampleRate, s.SampleRatePath) = (null, "meta.rate"));

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 100, "values": {"x": [1, 2]}, "meta": {"rate": 4}}"""));
        Assert.Equal(Second / 4, decoder.RowTicks(1) - decoder.RowTicks(0));

        Assert.Equal(DecodeFailure.BadSampleRate, Decode(decoder, """{"ts": 100, "values": {"x": [1, 2]}}"""));
        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 100, "values": {"x": 1}}"""));
    }

    [Theory]
    [InlineData("""{"x": []}""", nameof(DecodeFailure.BlockEmpty))]
    [InlineData("""{"x": [1, 2], "y": [1]}""", nameof(DecodeFailure.BlockLengthsDiffer))]
    [InlineData("""{"x": [1, "2"]}""", nameof(DecodeFailure.BlockHoldsNoNumber))]
    [InlineData("""{"x": [1, [2, 3], 4], "y": [1, 2]}""", nameof(DecodeFailure.BlockHoldsNoNumber))]
    [InlineData("""{"x": [1, {"a": [2]}], "y": 1}""", nameof(DecodeFailure.BlockHoldsNoNumber))]
    [InlineData("""{"x": [1e39]}""", nameof(DecodeFailure.BlockHoldsNoNumber))]
    [InlineData("""{"x": [1, 2}""", nameof(DecodeFailure.BadJson))]
    public void A_block_that_cannot_be_used_is_refused_with_its_reason(string values, string expected) =>
        Assert.Equal(expected, Decode(Decoder(), $$"""{"ts": 100, "values": {{values}}}""").ToString());

    [Fact]
    public void A_block_may_be_as_long_as_the_limit_and_no_longer()
    {
        string Of(int samples) => $$$"""{"ts": 100, "values": {"x": [{{{string.Join(',', Enumerable.Repeat('1', samples))}}}]}}""";

        Assert.Equal(DecodeFailure.None, Decode(Decoder(), Of(SampleBlock.SampleLimit)));
        Assert.Equal(DecodeFailure.BlockTooLong, Decode(Decoder(), Of(SampleBlock.SampleLimit + 1)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e9")]
    [InlineData("1e-9")]
    [InlineData("\"3200\"")]
    public void A_rate_that_is_none_is_refused(string rate) =>
        Assert.Equal(DecodeFailure.BadSampleRate, Decode(
            Decoder(s => s.SampleRatePath = "rate"), $$$"""{"ts": 100, "rate": {{{rate}}}, "values": {"x": [1]}}"""));

    [Fact]
    public void Without_a_rate_arrays_are_no_channels_and_a_message_of_arrays_alone_says_so()
    {
        var decoder = Decoder(s => s.SampleRate = null);

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 100, "values": {"a": 1, "x": [1, 2]}}"""));
        Assert.Equal(["a"], decoder.Channels.Current.Names);
        Assert.Equal(DecodeFailure.BlockWithoutRate, Decode(decoder, """{"ts": 100, "values": {"x": [1, 2]}}"""));
        Assert.Equal(DecodeFailure.NoChannels, Decode(decoder, """{"ts": 100, "values": {"tags": ["a"]}}"""));
    }

    [Fact]
    public void Times_never_leave_the_calendar()
    {
        var last = new SampleClock(new SourceOptions { SampleRate = SampleClock.LeastRate });
        last.Begin(double.NaN);
        Assert.Equal(0, last.Ticks(messageTicks: Second, row: 0, rows: 3));

        var first = new SampleClock(new SourceOptions { SampleRate = SampleClock.LeastRate, BlockTime = BlockTime.First });
        first.Begin(double.NaN);
        Assert.Equal(DateTime.MaxValue.Ticks, first.Ticks(messageTicks: DateTime.MaxValue.Ticks - Second, row: 2, rows: 3));
    }

    [Fact]
    public void Samples_outside_the_valid_range_are_missing()
    {
        var decoder = Decoder(s => (s.ChannelsBelow, s.Channels) = (null, [new ChannelOptions { Name = "x", Max = 2 }]));

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 100, "x": [1, 3]}"""));

        Assert.Equal([[1f], [float.NaN]], Rows(decoder));
    }

    [Fact]
    public void Random_damage_never_throws_and_leaves_nothing_behind()
    {
        var valid = Some.Utf8("""{"ts": 100, "rate": 3200, "values": {"x": [1, 2.5, -3e1], "t": 20, "y": [4, 5, 6]}}""");
        var decoder = Decoder(s => s.SampleRatePath = "rate");
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var payload = (byte[])valid.Clone();
            for (var i = random.Next(4); i >= 0; i--)
                payload[random.Next(payload.Length)] = (byte)"{}[]\",:-e.0129 "[random.Next(15)];
            if (decoder.Decode(payload, 0) != DecodeFailure.None) continue;
            Assert.All(Times(decoder), t => Assert.InRange(t, 0, DateTime.MaxValue.Ticks));
            Assert.True(Rows(decoder).Count is >= 1 and < 40, $"seed {seed}, round {round}");
        }

        Assert.Equal(DecodeFailure.None, decoder.Decode(valid, 0));
        Assert.Equal(3, decoder.Rows);
        Assert.Equal(3125, decoder.RowTicks(1) - decoder.RowTicks(0));
    }

    [Fact]
    public void After_a_block_a_plain_reading_is_one_reading()
    {
        var decoder = Decoder();
        Decode(decoder, """{"ts": 100, "values": {"x": [1, 2], "y": [3, 4]}}""");

        Assert.Equal(DecodeFailure.None, Decode(decoder, """{"ts": 101, "values": {"y": 5}}"""));

        Assert.Equal([[float.NaN, 5f]], Rows(decoder));
        Assert.Equal(DateTime.UnixEpoch.Ticks + 101 * Second, decoder.TimeTicks);
    }

    [Fact]
    public void Decoding_blocks_allocates_nothing_once_they_are_known()
    {
        var payload = Some.Utf8($$$"""{"ts": 100, "values": {"x": [{{{string.Join(',', Enumerable.Range(0, 3000))}}}], "t": 3}}""");
        var decoder = Decoder();
        decoder.Decode(payload, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = 0f;
        for (var i = 0; i < 20; i++)
        {
            decoder.Decode(payload, 0);
            for (var row = 0; row < decoder.Rows; row++)
                sum += decoder.RowValues(row)[0];
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    private static DecoderBench Decoder(Action<SourceOptions>? change = null) => new(Some.Source(s =>
    {
        s.SampleRate = 3200;
        change?.Invoke(s);
    }));

    private static DecodeFailure Decode(DecoderBench decoder, string payload) => decoder.Decode(payload);

    private static List<float[]> Rows(DecoderBench decoder)
    {
        var rows = new List<float[]>();
        for (var row = 0; row < decoder.Rows; row++)
            rows.Add(decoder.RowValues(row).ToArray());
        return rows;
    }

    private static long[] Times(DecoderBench decoder) => [.. Enumerable.Range(0, decoder.Rows).Select(decoder.RowTicks)];
}

using System.Buffers.Binary;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Packed;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Packed;

public class PackedDecoderTests(ITestOutputHelper output)
{
    private const string Topic = "plc/7/frame";

    [Theory]
    [InlineData("u8", "ff", 255)]
    [InlineData("i8", "ff", -1)]
    [InlineData("u16be", "0102", 258)]
    [InlineData("u16le", "0201", 258)]
    [InlineData("i16be", "ff38", -200)]
    [InlineData("u24be", "010203", 66051)]
    [InlineData("i24be", "ffff38", -200)]
    [InlineData("i24le", "38ffff", -200)]
    [InlineData("u32be", "01020304", 16909060)]
    [InlineData("u32le", "04030201", 16909060)]
    [InlineData("i32be", "ffffff38", -200)]
    [InlineData("i64le", "38ffffffffffffff", -200)]
    [InlineData("u64be", "00000000000000c8", 200)]
    [InlineData("f32be", "41bc0000", 23.5)]
    [InlineData("f32le", "0000bc41", 23.5)]
    [InlineData("f32cdab", "000041bc", 23.5)]
    [InlineData("f32badc", "bc410000", 23.5)]
    [InlineData("f64be", "4037800000000000", 23.5)]
    [InlineData("f64cdab", "0000000080004037", 23.5)]
    [InlineData("u32cdab", "03040102", 16909060)]
    [InlineData("u32badc", "02010403", 16909060)]
    public void Every_type_is_read_in_every_order(string type, string hex, double expected)
    {
        var decoder = Of(s => { }, Field("a", 1, type));

        Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, Convert.FromHexString("99" + hex)));
        Assert.Equal([(float)expected], decoder.Values.ToArray());
    }

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(0, 3, 2)]
    [InlineData(4, 12, 0xABC)]
    public void Bits_are_counted_from_the_least_significant(int first, int bits, float expected)
    {
        var decoder = Of(s => { }, Field("a", 0, "i16be") with { FirstBit = first, Bits = bits });

        Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, [0xab, 0xca]));
        Assert.Equal(expected, decoder.Values[0]);
    }

    [Fact]
    public void Conversion_and_range_are_the_channels_own()
    {
        List<ChannelOptions> channels =
            [new() { Name = "p", Scale = 0.1, Offset = -40, Max = 50 }, new() { Name = "q" }];
        var decoder = Of(s => s.Channels = channels, Field("p", 0, "u16be"), Field("q", 2, "u8"));

        Assert.Equal("@100 p=10 q=7", decoder.TextOf(Topic, [0x01, 0xf4, 7]));
        Assert.Equal("@100 q=7", decoder.TextOf(Topic, [0xff, 0xff, 7]));
    }

    [Fact]
    public void A_number_that_is_none_is_missing() =>
        Assert.Equal("NoUsableValue", Of(s => { }, Field("a", 0, "f32be")).TextOf(Topic, [0x7f, 0xc0, 0, 0]));

    [Fact]
    public void Frames_are_samples_at_an_even_rate_up_to_the_payloads_time()
    {
        var decoder = Of(
            s =>
            {
                s.SampleRate = 2;
                s.Packed!.HeaderBytes = 4;
                s.Packed.Frame = 3;
                s.Packed.Time = new PackedTime { At = 0, Type = PackedType.TryParse("u32be")!.Value };
            },
            Field("a", 0, "u8"), Field("b", 1, "u16be"));

        Assert.Equal("@9.5 a=1 b=2\n@10 a=3 b=4", decoder.TextOf(Topic, [0, 0, 0, 10, 1, 0, 2, 3, 0, 4]));
        Assert.Equal("FrameTooShort", decoder.TextOf(Topic, [0, 0, 0, 10, 1, 0, 2, 3]));
        Assert.Equal("FrameTooShort", decoder.TextOf(Topic, [0, 0, 0, 10]));
        Assert.Equal("FrameTooShort", decoder.TextOf(Topic, [0, 0]));
        Assert.Equal("Empty", decoder.TextOf(Topic, ""));
    }

    [Fact]
    public void Frames_may_have_times_of_their_own()
    {
        var time = new PackedTime { At = 1, Type = PackedType.TryParse("u16le")!.Value, UnitTicks = TimeSpan.TicksPerMillisecond };
        var decoder = Of(s => (s.Packed!.Frame, s.Packed.Time) = (3, time), Field("a", 0, "u8"));

        Assert.Equal("@0.256 a=7\n@0.513 a=8", decoder.TextOf(Topic, [8, 1, 2, 7, 0, 1]));
    }

    [Fact]
    public void A_time_in_nanoseconds_keeps_its_last_step()
    {
        var bytes = new byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, 1_700_000_000_123_456_700);
        var time = new PackedTime { At = 0, Type = PackedType.TryParse("u64be")!.Value, UnitTicks = 0.01 };
        var decoder = Of(s => s.Packed!.Time = time, Field("a", 8, "u8"));

        Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, bytes));
        Assert.Equal(DateTime.UnixEpoch.Ticks + 17_000_000_001_234_567, decoder.TimeTicks);
        time.UnitTicks = TimeSpan.TicksPerSecond;
        Assert.Equal("BadTime", decoder.TextOf(Topic, bytes));
    }

    [Theory]
    [InlineData(PackedText.Base64, "{\"dev\":{\"eui\":\"a1\"},\"data\":\"AQI=\",\"t\":5}", "a1@5 a=258")]
    [InlineData(PackedText.Hex, "{\"data\":\"0102\",\"t\":\"1970-01-01T00:00:05Z\",\"dev\":{\"eui\":7}}", "7@5 a=258")]
    [InlineData(PackedText.Hex, "{\"data\":\"0102\",\"t\":5}", "NoDevice")]
    [InlineData(PackedText.Hex, "{\"data\":\"0102\",\"dev\":{\"eui\":7}}", "NoTime")]
    [InlineData(PackedText.Hex, "{\"data\":\"01\",\"dev\":{\"eui\":7},\"t\":5}", "FrameTooShort")]
    [InlineData(PackedText.Hex, "{\"data\":\"010\",\"dev\":{\"eui\":7},\"t\":5}", "BadEncoding")]
    [InlineData(PackedText.Base64, "{\"data\":\"AQI*\",\"dev\":{\"eui\":7},\"t\":5}", "BadEncoding")]
    [InlineData(PackedText.Base64, "{\"data\":null,\"dev\":{\"eui\":7},\"t\":5}", "NoFrame")]
    [InlineData(PackedText.Base64, "{\"data\":\"\",\"dev\":{\"eui\":7},\"t\":5}", "Empty")]
    [InlineData(PackedText.Base64, "{\"data\"", "BadJson")]
    [InlineData(PackedText.Base64, "", "Empty")]
    public void Frames_may_be_text_in_JSON(PackedText encoding, string json, string expected)
    {
        var decoder = Of(
            s => (s.Device, s.Time, s.Packed!.In, s.Packed.Encoding) = ("payload.dev.eui", "t", "data", encoding), Field("a", 0, "u16be"));

        Assert.Equal(expected, decoder.TextOf(Topic, json));
        Assert.True(decoder.NamesDevices);
    }

    [Fact]
    public void Random_frames_are_read_as_they_were_written()
    {
        var random = new Random(5);
        var decoder = Of(
            s => s.Packed!.Frame = 15, Field("a", 0, "i16be"), Field("b", 2, "u32le"), Field("c", 6, "f32be"), Field("d", 10, "i32le"));
        var bytes = new byte[15];
        for (var i = 0; i < 2_000; i++)
        {
            var (a, b, c, d) = ((short)random.Next(), (uint)random.Next(), random.NextSingle() * 1e6f, random.Next(int.MinValue, 0));
            BinaryPrimitives.WriteInt16BigEndian(bytes, a);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(2), b);
            BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(6), c);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), d);

            Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, bytes));
            Assert.Equal([a, b, c, d], decoder.Values.ToArray());
        }
    }

    [Fact]
    public void Damage_throws_nothing_and_a_cut_frame_is_refused()
    {
        byte[] frame = [1, 2, 3, 4, 5, 6];
        var decoder = Of(s => s.Packed!.Frame = 3, Field("a", 0, "i24le"));
        var json = Of(s => (s.Packed!.In, s.Packed.Encoding) = ("x.data", PackedText.Hex), Field("a", 0, "u8"));

        decoder.Fuzz(Seed.Take(output), Topic, frame);
        json.Fuzz(Seed.Take(output), Topic, Some.Utf8("""{"x": {"n": [1], "data": "0102"}}"""));

        Assert.Equal(
            "Empty FrameTooShort FrameTooShort None FrameTooShort FrameTooShort", string.Join(' ', decoder.Truncate(Topic, frame)));
    }

    [Fact]
    public void More_frames_than_a_block_may_have_are_refused() =>
        Assert.Equal(
            DecodeFailure.BlockTooLong, Of(s => s.Packed!.Frame = 1, Field("a", 0, "u8")).Decode(Topic, new byte[65_537]));

    [Fact]
    public void It_allocates_nothing()
    {
        Of(s => (s.SampleRate, s.Packed!.Frame) = (100, 2), Field("a", 0, "i16be")).AssertAllocatesNothing(Topic, new byte[64]);
        Of(s => (s.Packed!.In, s.Packed.Encoding, s.Device) = ("data", PackedText.Base64, "payload.id"), Field("a", 0, "u8"))
            .AssertAllocatesNothing(Topic, Some.Utf8("""{"id": "x", "data": "AQI="}"""));
    }

    private static PackedField Field(string name, int at, string type) =>
        new() { Name = name, At = at, Type = PackedType.TryParse(type)!.Value };

    private static DecoderBench Of(Action<PayloadOptions> change, params List<PackedField> fields) =>
        FormatBench.Of("packed", s =>
        {
            (s.ChannelsBelow, s.Packed) = (null, new PackedOptions { Fields = fields });
            s.Channels = [.. fields.Select(f => new ChannelOptions { Name = f.Name })];
            change(s);
        });
}

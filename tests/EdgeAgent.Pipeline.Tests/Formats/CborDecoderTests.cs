using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class CborDecoderTests
{
    /// <summary>{"ts": 1, "values": {"b": 2, "a": …</summary>
    private const string Before = "a2 627473 01 6676616c756573 a2 6162 02 6161";

    private readonly DecoderBench _decoder = new(Some.Source(s => s.Decode = "cbor"));

    [Theory]
    [InlineData("17", "23")]
    [InlineData("1818", "24")]
    [InlineData("19ffff", "65535")]
    [InlineData("1a000f4240", "1000000")]
    [InlineData("1bffffffffffffffff", "1.8446744E+19")]
    [InlineData("20", "-1")]
    [InlineData("3903e7", "-1000")]
    [InlineData("3bffffffffffffffff", "-1.8446744E+19")]
    [InlineData("f93e00", "1.5")]
    [InlineData("f90001", "5.9604645E-08")]
    [InlineData("fa47c35000", "100000")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("63312e35", "1.5")]
    [InlineData("43312e35", "1.5")]
    [InlineData("8105", "5")]
    public void Numbers_come_in_all_their_forms(string value, string read) => Assert.Equal($"@1 b=2 a={read}", Read(Before + value));

    [Theory]
    [InlineData("c24101", "1")]
    [InlineData("c249010000000000000000", "1.8446744E+19")]
    [InlineData("c349010000000000000000", "-1.8446744E+19")]
    [InlineData("c34100", "-1")]
    [InlineData("c48221196ab3", "273.15")]
    [InlineData("c49f21196ab3ff", "273.15")]
    [InlineData("c4822000", "0")]
    [InlineData("c48202c24101", "100")]
    [InlineData("c5822003", "1.5")]
    [InlineData("d9d9f705", "5")]
    [InlineData("d820c605", "5")]
    public void Tags_make_numbers_of_their_parts_and_else_change_nothing(string value, string read) =>
        Assert.Equal($"@1 b=2 a={read}", Read(Before + value));

    [Theory]
    [InlineData("f97e00")]
    [InlineData("fa7fc00000")]
    [InlineData("fb7ff0000000000000")]
    [InlineData("f9fc00")]
    [InlineData("fb7fe0000000000000")]
    [InlineData("f6")]
    [InlineData("f7")]
    [InlineData("f0")]
    [InlineData("f8ff")]
    [InlineData("43010203")]
    [InlineData("c48219270f01")]
    [InlineData("c11a514b67b0")]
    [InlineData("d9d9f7c1fb41d452d9ec200000")]
    [InlineData("d840423132")]
    [InlineData("d84c4131")]
    [InlineData("d85350 31323334313233343132333431323334")]
    [InlineData("c5821903e819ffff")]
    [InlineData("c25881 01 0000000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_number_or_beyond_a_float_is_missing(string value) => Assert.Equal("@1 b=2", Read(Before + value));

    [Theory]
    [InlineData("c401")]
    [InlineData("c4816161")]
    [InlineData("c482216161")]
    [InlineData("c4832101 01")]
    [InlineData("c482f93e0001")]
    [InlineData("c205")]
    [InlineData("1c")]
    [InlineData("ff")]
    [InlineData("7f4161ff")]
    [InlineData("d8454131")]
    [InlineData("d8554700000000000000")]
    public void Broken_items_are_bad_CBOR(string value) => Assert.Equal(DecodeFailure.BadCbor, Decode(Before + value));

    [Theory]
    [InlineData("d8404200ff", "0 255")]
    [InlineData("d84144 0001ff02", "1 65282")]
    [InlineData("d84244 00010000", "65536")]
    [InlineData("d84348 0000000100000000", "4.2949673E+09")]
    [InlineData("d8444105", "5")]
    [InlineData("d84544 0100ffff", "1 65535")]
    [InlineData("d84648 0000010000000080", "65536 2.1474836E+09")]
    [InlineData("d84748 ffffffffffffffff", "1.8446744E+19")]
    [InlineData("d8484280 7f", "-128 127")]
    [InlineData("d84944 fffe0002", "-2 2")]
    [InlineData("d84a44 80000000", "-2.1474836E+09")]
    [InlineData("d84b48 fffffffffffffffb", "-5")]
    [InlineData("d84d44 feff2c01", "-2 300")]
    [InlineData("d84e44 ffffffff", "-1")]
    [InlineData("d84f48 0000000000000080", "-9.223372E+18")]
    [InlineData("d85042 3e00", "1.5")]
    [InlineData("d85148 3fc00000 c0000000", "1.5 -2")]
    [InlineData("d85248 3ff199999999999a", "1.1")]
    [InlineData("d85444 003e 00fe", "1.5 NaN")]
    [InlineData("d855 5f 42 0000 46 c03f 0000 0040 ff", "1.5 2")]
    [InlineData("d856 48 9a9999999999f13f", "1.1")]
    [InlineData("d829 82 01 f93e00", "1 1.5")]
    public void Typed_arrays_are_samples(string array, string samples)
    {
        var decoder = new DecoderBench(Some.Source(s => (s.Decode, s.SampleRate) = ("cbor", 10)));

        var failure = decoder.Decode(Hex($"a3 627473 01 6676616c756573 a1 6161 {array} 61 7a 05"), 0);

        Assert.Equal(DecodeFailure.None, failure);
        Assert.Equal(samples, string.Join(' ', Enumerable.Range(0, decoder.Rows).Select(i => $"{decoder.RowValues(i)[0]}")));
    }

    [Fact]
    public void A_typed_array_of_one_is_its_number_and_one_that_nobody_wants_is_passed_over() =>
        Assert.Equal("@1 b=2 a=1.5", Read("a3 627473 01 61 7a d8554c 0000c03f 00000040 00000000"
            + "6676616c756573 a4 6162 02 d8414400010002 05 6161 d855440000c03f 6163 d84040"));

    [Fact]
    public void Lengths_may_be_unknown_until_the_end() =>
        Assert.Equal("@1 ab=2 é=3", Read("bf 7f617461 73ff 01 6676616c756573 bf 7f61616162ff 02 7f61c361a9ff 03 ff ff"));

    [Fact]
    public void A_whole_number_as_key_is_its_digits()
    {
        var decoder = new DecoderBench(Some.Source(s => (s.Decode, s.Time, s.ChannelsBelow) = ("cbor", "0", "1")));

        Assert.Equal(DecodeFailure.None, decoder.Decode(Hex("a2 00 01 01 a3 05 f94100 20 07 1b0000000100000000 08"), 0));

        Assert.Equal("@1 5=2.5 -1=7 4294967296=8", decoder.Text);
    }

    [Fact]
    public void Members_with_keys_of_other_kinds_are_passed_over() =>
        Assert.Equal("@1 a=1 b=2", Read("a2 627473 01 6676616c756573 a6 f5 09 81a10102 a1617801 a0 f6 f93e00 05 6161 01 4162 02"));

    [Fact]
    public void Items_one_after_the_other_are_readings() => Assert.Equal(
        "@1 a=1\n@2 a=2", Read("d9d9f7 a2 627473 01 6676616c756573 a1 6161 01" + "a2 627473 02 6676616c756573 a1 6161 02"));

    [Theory]
    [InlineData("c074323031332d30332d32315432303a30343a30305a", "1363896240")]
    [InlineData("c1fb41d452d9ec200000", "1363896240.5")]
    [InlineData("c11a514b67b0", "1363896240")]
    [InlineData("1b0000013d8e8d0974", "1363896240.5")]
    public void Times_are_what_they_are_tagged_as_or_what_their_size_tells(string time, string seconds) =>
        Assert.Equal($"@{seconds} a=1", Read($"a2 627473 {time} 6676616c756573 a1 6161 01"));

    [Fact]
    public void Rows_are_found_by_their_path_and_the_top_holds_for_all()
    {
        var decoder = new DecoderBench(Some.Source(s =>
            (s.Decode, s.Rows, s.Time, s.ChannelsBelow, s.NamePath, s.ValuePath, s.Device) =
            ("cbor", "rows[*]", "$.ts", null, "n", "v", "payload.id")));

        var failure = decoder.Decode(
            Repacked.Cbor("""{"rows": [{"n": "a", "v": 1}, {"v": "2.5", "n": "b"}], "ts": 7, "id": "p7"}"""), 0);

        Assert.Equal((DecodeFailure.None, "p7@7 a=1 b=2.5"), (failure, decoder.Text));
    }

    private string Read(string hex)
    {
        Assert.Equal(DecodeFailure.None, Decode(hex));
        return _decoder.Text;
    }

    private DecodeFailure Decode(string hex) => _decoder.Decode(Hex(hex), 0);

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}

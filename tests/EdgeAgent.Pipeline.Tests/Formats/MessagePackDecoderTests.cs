using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class MessagePackDecoderTests
{
    /// <summary>{"ts": 1, "values": {"b": 2, "a": …</summary>
    private const string Before = "82 a27473 01 a676616c756573 82 a162 02 a161";

    private readonly DecoderBench _decoder = new(Some.Source(s => s.Decode = "msgpack"));

    [Theory]
    [InlineData("7f", "127")]
    [InlineData("e0", "-32")]
    [InlineData("ccff", "255")]
    [InlineData("cdffff", "65535")]
    [InlineData("ce000f4240", "1000000")]
    [InlineData("cfffffffffffffffff", "1.8446744E+19")]
    [InlineData("d080", "-128")]
    [InlineData("d18000", "-32768")]
    [InlineData("d2ffffffff", "-1")]
    [InlineData("d38000000000000000", "-9.223372E+18")]
    [InlineData("ca3fc00000", "1.5")]
    [InlineData("cb3ff199999999999a", "1.1")]
    [InlineData("a3312e35", "1.5")]
    [InlineData("d903312e35", "1.5")]
    [InlineData("da0003312e35", "1.5")]
    [InlineData("db00000003312e35", "1.5")]
    [InlineData("c403312e35", "1.5")]
    [InlineData("c50003312e35", "1.5")]
    [InlineData("c600000003312e35", "1.5")]
    [InlineData("9105", "5")]
    [InlineData("dc000105", "5")]
    [InlineData("dd0000000105", "5")]
    public void Numbers_come_in_all_their_forms(string value, string read) => Assert.Equal($"@1 b=2 a={read}", Read(Before + value));

    [Theory]
    [InlineData("ca7fc00000")]
    [InlineData("cb7ff0000000000000")]
    [InlineData("cb7fe0000000000000")]
    [InlineData("c0")]
    [InlineData("c403010203")]
    [InlineData("d40100")]
    [InlineData("d5010000")]
    [InlineData("c7030501 0203")]
    [InlineData("c800030501 0203")]
    [InlineData("c9000000030501 0203")]
    [InlineData("d6ff5a4af6a5")]
    public void What_is_no_number_or_beyond_a_float_is_missing(string value) => Assert.Equal("@1 b=2", Read(Before + value));

    [Theory]
    [InlineData("de0001 a161 05")]
    [InlineData("df00000001 a161 05")]
    public void Maps_come_in_all_their_forms(string map) => Assert.Equal("@1 a=5", Read("82 a27473 01 a676616c756573" + map));

    [Fact]
    public void A_whole_number_as_key_is_its_digits()
    {
        var decoder = new DecoderBench(Some.Source(s => (s.Decode, s.Time, s.ChannelsBelow) = ("msgpack", "0", "1")));

        Assert.Equal(DecodeFailure.None, decoder.Decode(Hex("82 00 01 01 83 05 ca40200000 ff 07 cf0000000100000000 08"), 0));

        Assert.Equal("@1 5=2.5 -1=7 4294967296=8", decoder.Text);
    }

    [Fact]
    public void Members_with_keys_of_other_kinds_are_passed_over() =>
        Assert.Equal("@1 a=1 b=2", Read(
            "82 a27473 01 a676616c756573 87 c3 09 91810102 81a17801 80 c0 ca3fc00000 05 d6ff00000000 03 a161 01 c40162 02"));

    [Fact]
    public void Values_one_after_the_other_are_readings() => Assert.Equal(
        "@1 a=1\n@2 a=2", Read("82 a27473 01 a676616c756573 81 a161 01" + "82 a27473 02 a676616c756573 81 a161 02"));

    [Theory]
    [InlineData("d6ff514b67b0", "1363896240")]
    [InlineData("c70cff1dcd650000000000514b67b0", "1363896240.5")]
    [InlineData("c70cff3b9ac9ffffffffffffffffff", "-0.0000001")]
    [InlineData("ce514b67b0", "1363896240")]
    [InlineData("cb41d452d9ec200000", "1363896240.5")]
    public void Timestamps_are_times(string time, string seconds) =>
        Assert.Equal($"@{seconds} a=1", Read($"82 a27473 {time} a676616c756573 81 a161 01"));

    [Fact]
    public void Timestamps_keep_their_last_100_ns()
    {
        Read("82 a27473 d7ff1d6f3454514b67b0 a676616c756573 81 a161 01");

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1363896240).Ticks + 1234567, _decoder.TimeTicks);
    }

    [Theory]
    [InlineData("d7ffee6b2800514b67b0")]
    [InlineData("c70cff000000007fffffffffffffff")]
    [InlineData("c70cff000000008000000000000000")]
    [InlineData("c703ff000000")]
    [InlineData("d6fe514b67b0")]
    public void A_timestamp_beyond_the_calendar_is_no_time(string time) =>
        Assert.Equal(DecodeFailure.NoTime, _decoder.Decode(Hex($"82 a27473 {time} a676616c756573 81 a161 01"), 0));

    [Theory]
    [InlineData("c1")]
    [InlineData("dbffffffff31")]
    [InlineData("c9ffffffffff31")]
    public void Broken_values_are_bad_MessagePack(string value) =>
        Assert.Equal(DecodeFailure.BadMessagePack, _decoder.Decode(Hex(Before + value), 0));

    private string Read(string hex)
    {
        Assert.Equal(DecodeFailure.None, _decoder.Decode(Hex(hex), 0));
        return _decoder.Text;
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}

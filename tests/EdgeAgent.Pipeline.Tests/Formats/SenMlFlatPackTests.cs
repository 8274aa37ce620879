using System.Text;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>Packs are read by the reader for flat ones where that can; behind another pack it never can.</summary>
public class SenMlFlatPackTests
{
    private static readonly string[] Packs =
    [
        """[{"bn":"dev:1/","bt":1700000000.25,"n":"a","u":"Cel","v":23.4},{"n":"b","v":-1},{"n":"c","vs":"23.5","t":-5},{"vb":true,"n":"d"}]""",
        """ [ { "n" : "a" , "v" : 1.5e-3 } , { "n" : "b" , "v" : 12345678901234567890 } ] """,
        "[\n\t{\"n\":\"a\",\"v\":1\r\n},\n{\"n\":\"b\",\"t\":1700000000.1234567,\"v\":2\n}\n]",
        """[{"n":"°C","v":1},{"n":"a\u0062","v":2},{"n":"c\"","v":3}]""",
        """[{"n":"a","v":1,"other":{"x":[1,{"y":"]"}]}},{"n":"b","v":null},{"n":"c","vb":false,"s":4}]""",
        """[{},{"n":"a","v":1e400,"s":5},{"n":"b","v":1}]""",
    ];

    public static TheoryData<string> WholePacks => new(Packs);

    [Theory]
    [MemberData(nameof(WholePacks))]
    public void A_pack_says_the_same_whichever_reader_reads_it(string pack)
    {
        var (alone, behind) = Both(pack, Decoder());
        Assert.Equal(behind, alone);
        Assert.StartsWith("None", alone);
    }

    [Fact]
    public void Damaged_packs_are_read_or_refused_as_by_any_reader_of_JSON()
    {
        var random = new Random(12);
        var decoder = Decoder();
        var (read, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            // Damaged names are channels, too, and fill its table.
            if (i % 50 == 0) decoder = Decoder();
            var bytes = Encoding.UTF8.GetBytes(Packs[random.Next(Packs.Length)]);
            for (var changes = random.Next(1, 3); changes > 0; changes--)
                bytes[random.Next(1, bytes.Length)] = (byte)"[]{},:\"\\ \n0123456789.-+eEtruefalsnvb\0x"[random.Next(36)];
            var pack = Encoding.UTF8.GetString(bytes);
            if (pack.TrimStart()[0] != '[') continue;
            var (alone, behind) = Both(pack, decoder);
            Assert.True(behind == alone, $"{pack}\nalone:  {alone}\nbehind: {behind}");
            if (alone.StartsWith("None", StringComparison.Ordinal)) read++;
            else refused++;
        }
        Assert.InRange(read, 2_000, 20_000);
        Assert.InRange(refused, 2_000, 20_000);
    }

    [Fact]
    public void A_flat_pack_allocates_nothing() => FormatBench.Of("senml").AssertAllocatesNothing("p7", Encoding.UTF8.GetBytes(Packs[0]));

    [Theory]
    [InlineData("1700000000.1234567", 1_234_567)]
    [InlineData("1.7000000001234567e9", 1_234_567)]
    [InlineData("1700000000.00000004", 0)]
    public void A_time_keeps_all_the_digits_that_were_written(string time, long ticks)
    {
        var decoder = Decoder();
        decoder.Decode($$"""[{"n":"a","v":1,"t":{{time}}}]""", FormatBench.Arrival);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_700_000_000).Ticks + ticks, decoder.TimeTicks);
    }

    private static (string Alone, string BehindAnother) Both(string pack, DecoderBench decoder) =>
        (Outcome(decoder, pack), Outcome(decoder, "[] " + pack));

    private static string Outcome(DecoderBench decoder, string pack)
    {
        var failure = decoder.Decode(pack, FormatBench.Arrival);
        return failure == DecodeFailure.None ? $"None {decoder.Text}" : failure.ToString();
    }

    private static DecoderBench Decoder() => FormatBench.Of("senml");
}

using System.Diagnostics;
using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>Whatever comes as CBOR, MessagePack or SenML costs a dead letter at most.</summary>
public class BinaryJunkTests(ITestOutputHelper output)
{
    private const string Document =
        """
        {"ts": 1700000000.5, "id": "pump-7", "values": {"présent": 1.5, "7": -2000, "c": [1, {"x": null}], "d": true, "e": {"f": "3"}}}
        """;

    private const string Pack =
        """
        [{"-2": "pump:", "-3": 1700000000.5, "0": "a", "2": 1.5}, {"0": "b", "3": "2", "6": -5, "x": [1, {"y": null}]},
        {"0": "c", "4": true}]
        """;

    private static readonly (string Decode, DecodeFailure Bad, byte[] Valid)[] Formats =
    [
        ("cbor", DecodeFailure.BadCbor, Repacked.Cbor(Document)),
        ("cbor", DecodeFailure.BadCbor, Repacked.Cbor(Document, isIndefinite: true)),
        ("cbor", DecodeFailure.BadCbor, Convert.FromHexString(
            "a2627473c1fb41d954fc401000006676616c756573a66161c482211a00006ab36162c249010000000000000000"
            + "6163d9d9f743312e356164f93e006165f76166c5822003")),
        ("cbor", DecodeFailure.BadCbor, Convert.FromHexString(
            "a2627473c1fb41d954fc401000006676616c756573a36161d855440000c03f6162d84144000100026163d8485f4105ff")),
        ("msgpack", DecodeFailure.BadMessagePack, Repacked.MessagePack(Document)),
        ("msgpack", DecodeFailure.BadMessagePack, Convert.FromHexString(
            "82a27473d7ff1d6f3454514b67b0a676616c75657386a161de0001a16201a162cd0100a163d90131a164c403312e35a165c7030501020307d3"
            + "81ffffffffffffff")),
        ("senml", DecodeFailure.BadSenMl, Repacked.Cbor(Pack)),
        ("senml", DecodeFailure.BadSenMl, Some.Utf8(Pack)),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Formats.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_payload_cut_at_any_byte_is_bad_and_the_whole_one_is_fine_after_it(int format)
    {
        var (decoder, bad, valid) = Start(format);
        decoder.Decode(valid, 0);
        var rows = decoder.Text;
        for (var length = 0; length < valid.Length; length++)
        {
            Assert.Equal(length == 0 ? DecodeFailure.Empty : bad, decoder.Decode(valid.AsSpan(0, length), 0));
            Assert.Equal(DecodeFailure.None, decoder.Decode(valid, 0));
            Assert.Equal(rows, decoder.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Random_bytes_and_random_damage_never_throw(int format)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (decoder, _, valid) = Start(format);
        var (slowest, usable) = (TimeSpan.Zero, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var payload = Damaged(random, valid, round);
            var watch = Stopwatch.GetTimestamp();
            if (decoder.Decode(payload, 0) == DecodeFailure.None) usable++;
            if (Stopwatch.GetElapsedTime(watch) is var time && time > slowest) slowest = time;
        }
        output.WriteLine($"{usable} usable, slowest {slowest.TotalMilliseconds} ms");
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"one took {slowest}");
        Assert.Equal(DecodeFailure.None, decoder.Decode(valid, 0));
    }

    private static byte[] Damaged(Random random, byte[] valid, int round)
    {
        var payload = new byte[round % 4 == 0 ? random.Next(1, 80) : valid.Length];
        if (round % 4 == 0)
        {
            random.NextBytes(payload);
            return payload;
        }
        valid.CopyTo(payload, 0);
        // Bytes that begin lengths, levels and tags do the most damage.
        ReadOnlySpan<byte> worst = [0x5f, 0x7f, 0x9f, 0xbf, 0xff, 0x9b, 0xbb, 0xc2, 0xc4, 0xdf, 0xdd, 0xdb, 0xc9, 0x81, 0xa1, 0x1b];
        for (var i = random.Next(4); i >= 0; i--)
            payload[random.Next(payload.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : worst[random.Next(worst.Length)];
        return payload;
    }

    [Theory]
    [InlineData("cbor", "9b00000000ffffffff01")]
    [InlineData("cbor", "9bffffffffffffffff01")]
    [InlineData("cbor", "bb000000008000000001")]
    [InlineData("cbor", "bb7fffffffffffffff01")]
    [InlineData("cbor", "a1617a9affffffff01")]
    [InlineData("cbor", "a1617abaffffffff01")]
    [InlineData("cbor", "7bffffffffffffffff61")]
    [InlineData("cbor", "a17affffffff61")]
    [InlineData("cbor", "a1617a5b7fffffffffffffff61")]
    [InlineData("cbor", "a1617ac25affffffff61")]
    [InlineData("msgpack", "ddffffffff01")]
    [InlineData("msgpack", "df8000000001")]
    [InlineData("msgpack", "81a17addffffffff01")]
    [InlineData("msgpack", "81a17adfffffffff01")]
    [InlineData("msgpack", "81dbffffffff61")]
    [InlineData("msgpack", "81a17ac6ffffffff61")]
    [InlineData("senml", "9bffffffffffffffff01")]
    [InlineData("senml", "81bb7fffffffffffffff01")]
    [InlineData("senml", "81a1007affffffff61")]
    public void Counts_beyond_the_payload_are_found_out_at_once(string decode, string payload)
    {
        var decoder = new DecoderBench(Some.Source(s => s.Decode = decode));
        var bytes = Convert.FromHexString(payload);
        decoder.Decode(bytes, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.StartsWith("Bad", decoder.Decode(bytes, 0).ToString());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("cbor", "a1617a", "81")]
    [InlineData("cbor", "a1617a", "9f")]
    [InlineData("cbor", "a1617a", "a1616b")]
    [InlineData("cbor", "a1617a", "bf616b")]
    [InlineData("cbor", "a1617a", "a1")]
    [InlineData("cbor", "a16676616c756573", "a1616b")]
    [InlineData("cbor", "a1617a", "c1")]
    [InlineData("cbor", "a1617a", "c4")]
    [InlineData("cbor", "a1617a", "c482")]
    [InlineData("msgpack", "81a17a", "91")]
    [InlineData("msgpack", "81a17a", "81a16b")]
    [InlineData("msgpack", "81a17a", "81")]
    [InlineData("msgpack", "81a676616c756573", "81a16b")]
    [InlineData("senml", "81a1617a", "81")]
    [InlineData("senml", "", "81")]
    public void Deep_nesting_is_bad(string decode, string before, string level)
    {
        var payload = Convert.FromHexString(before + string.Concat(Enumerable.Repeat(level, 100_000)));

        var failure = new DecoderBench(Some.Source(s => s.Decode = decode)).Decode(payload, 0);

        Assert.StartsWith("Bad", failure.ToString());
    }

    [Theory]
    [InlineData("cbor", 63, "None")]
    [InlineData("cbor", 64, "BadCbor")]
    [InlineData("msgpack", 63, "None")]
    [InlineData("msgpack", 64, "BadMessagePack")]
    [InlineData("json", 63, "None")]
    [InlineData("json", 64, "BadJson")]
    public void Values_are_read_as_deep_as_those_of_JSON(string decode, int levels, string expected)
    {
        var decoder = new DecoderBench(Some.Source(s => s.Decode = decode));
        const string Rest = """{"ts": 1, "values": {"a": 1}}""";
        var json = "{\"z\": " + new string('[', levels) + new string(']', levels) + ", " + Rest[1..];
        var payload = decode switch
        {
            "cbor" => Deep([0xa3, 0x61, 0x7a], 0x81, 0x80, levels, Repacked.Cbor(Rest).AsSpan(1)),
            "msgpack" => Deep([0x83, 0xa1, 0x7a], 0x91, 0x90, levels, Repacked.MessagePack(Rest).AsSpan(1)),
            _ => Some.Utf8(json),
        };

        Assert.Equal(expected, decoder.Decode(payload, 0).ToString());
    }

    private static byte[] Deep(byte[] before, byte level, byte last, int levels, ReadOnlySpan<byte> after) =>
        [.. before, .. Enumerable.Repeat(level, levels - 1), last, .. after];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Decoding_allocates_nothing_once_the_channels_are_known(int format)
    {
        var (decoder, _, valid) = Start(format);
        decoder.Decode(valid, 0);
        decoder.Decode(valid, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            decoder.Decode(valid, 0);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (DecoderBench Decoder, DecodeFailure Bad, byte[] Valid) Start(int format)
    {
        var (decode, bad, valid) = Formats[format];
        // The names of SenML's records have no such first part.
        var below = decode == "senml" ? "" : "values";
        return (new DecoderBench(Some.Source(s => (s.Decode, s.ChannelsBelow) = (decode, below))), bad, valid);
    }
}

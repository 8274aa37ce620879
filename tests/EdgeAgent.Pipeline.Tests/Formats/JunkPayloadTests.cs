using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class JunkPayloadTests(ITestOutputHelper output)
{
    private static readonly byte[] Valid = Some.Utf8(
        """{"ts": "2026-01-01T00:00:00.5Z", "device": {"id": "pump-7"}, "values": {"pr\u00e9s": 1.5, "b": -2e3, "c": [1, {"x": null}], "d": true}}""");

    private readonly DecoderBench _decoder = new(Some.Source());

    [Fact]
    public void A_payload_cut_at_any_byte_is_bad_JSON_and_the_whole_one_is_fine_after_it()
    {
        for (var length = 0; length < Valid.Length; length++)
        {
            Assert.Equal(length == 0 ? DecodeFailure.Empty : DecodeFailure.BadJson, _decoder.Decode(Valid.AsSpan(0, length), 0));
            Assert.Equal(DecodeFailure.None, _decoder.Decode(Valid, 0));
            Assert.Equal([1.5f, -2000f], _decoder.Values.ToArray());
        }
    }

    [Fact]
    public void Random_bytes_and_random_damage_never_throw()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var payload = round % 4 == 0 ? new byte[random.Next(80)] : (byte[])Valid.Clone();
            if (round % 4 == 0)
                random.NextBytes(payload);
            else
                for (var i = random.Next(4); i >= 0; i--)
                    payload[random.Next(payload.Length)] = random.Next(2) == 0
                        ? (byte)random.Next(256) : (byte)"{}[]\",:\\u0"[random.Next(10)];
            if (_decoder.Decode(payload, 0) == DecodeFailure.None) Assert.InRange(_decoder.Values.Length, 1, _decoder.Channels.Count);
        }
        Assert.Equal(DecodeFailure.None, _decoder.Decode(Valid, 0));
    }

    [Theory]
    [InlineData("topic", null)]
    [InlineData("topic[1]", "topic[-1]")]
    [InlineData("payload.id", null)]
    [InlineData("payload.bn", "payload.n")]
    [InlineData("payload.tags.host", "{payload.name}.{name}")]
    [InlineData("row.x", "name[0]")]
    [InlineData("row.device.id", "row.u")]
    [InlineData("key", "key[1]")]
    [InlineData("{topic[0]}/{payload.unit}", "{row.kind}-{name}")]
    public void Whatever_names_are_made_of_junk_of_every_format_never_throws(string device, string? channel)
    {
        var random = new Random(Seed.Take(output));
        string[] texts =
        [
            "[1,2]", "[]", "[[]]", "{}", "[{}]", "23.4", "on", "", "null", "\"a\"", "a b=1", "a,host=x b=1,c=\"d\" 17", "{'a': 1}",
            """[{"bn":"urn:","bt":1712345678,"u":"Cel","v":1},{"n":"a","v":2}]""", """{"n":"a","v":1}""", """{"id":"x","values":{"a":1}}""",
        ];
        List<byte[]> samples = [.. texts.Select(Some.Utf8), .. texts.Where(t => t.StartsWith('[') || t.StartsWith("{\"")).SelectMany(
            t => new[] { Repacked.Cbor(t), Repacked.MessagePack(t) })];
        string[] topics = ["plant/p7/temp", "a", "", "spBv1.0/g/NBIRTH/n", "spBv1.0/g/DDATA/n/d", "spBv1.0/"];
        string[] types = ["", "application/json", "application/senml+cbor", "application/cbor", "application/msgpack"];
        foreach (var source in new[] { new PayloadOptions { ChannelsBelow = "" }, new PayloadOptions { Rows = "*[*]", ChannelsBelow = "" } })
        {
            (source.Device, source.Channel) = (device, channel);
            var decoder = new DecoderBench(source);
            for (var round = 0; round < 4000; round++)
            {
                var payload = (byte[])samples[round % samples.Count].Clone();
                for (var i = random.Next(3); i > 0 && round > samples.Count && payload.Length > 0; i--)
                    payload[random.Next(payload.Length)] = (byte)random.Next(256);
                decoder.Decode(new IncomingMessage
                {
                    // Of most topics nothing is known yet.
                    Topic = Some.Utf8($"{topics[random.Next(topics.Length)]}{(round % 3 == 0 ? "" : round)}"), Payload = payload,
                    ContentType = Some.Utf8(types[random.Next(types.Length)]), ArrivalTicks = DateTime.UnixEpoch.Ticks,
                });
            }
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"values\":")]
    [InlineData("{\"x\":")]
    public void Deep_nesting_is_bad_JSON(string level)
    {
        var payload = Some.Utf8("{\"values\": " + string.Concat(Enumerable.Repeat(level, 100_000)));

        Assert.Equal(DecodeFailure.BadJson, _decoder.Decode(payload, 0));
    }

    [Fact]
    public void Names_of_broken_UTF8_are_refused()
    {
        byte[] plain = [.. Some.Utf8("{\"ts\": 1, \"values\": {\""), 0xff, 0xc0, .. Some.Utf8("\": 1}}")];
        byte[] escaped = [.. Some.Utf8("{\"ts\": 1, \"values\": {\"\\u0041"), 0xff, .. Some.Utf8("\": 1}}")];

        Assert.Equal(DecodeFailure.NameNotUnicode, _decoder.Decode(plain, 0));
        Assert.InRange(_decoder.Decode(escaped, 0), DecodeFailure.BadJson, DecodeFailure.NameNotUnicode);
    }

    [Fact]
    public void Decoding_allocates_nothing_once_the_channels_are_known()
    {
        var payload = Some.Utf8("""{"ts": "2026-01-01T00:00:00.5Z", "values": {"a": 1.5, "b": -2e3, "c": [1]}}""");
        _decoder.Decode(payload, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            _decoder.Decode(payload, 0);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

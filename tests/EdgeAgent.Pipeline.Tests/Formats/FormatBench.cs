using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

/// <summary>Decodes messages of any topic, and does to a decoder what every decoder must bear.</summary>
internal static class FormatBench
{
    /// <summary>100 seconds after 1970.</summary>
    public static readonly long Arrival = DateTime.UnixEpoch.AddSeconds(100).Ticks;

    public static DecoderBench Of(string format, Action<PayloadOptions>? change = null)
    {
        var options = new PayloadOptions { Decode = format, ChannelsBelow = "" };
        change?.Invoke(options);
        return new DecoderBench(options);
    }

    public static DecodeFailure Decode(this DecoderBench bench, string topic, ReadOnlySpan<byte> payload, long? arrivalTicks = null) =>
        bench.Decode(new IncomingMessage { Topic = Some.Utf8(topic), Payload = payload, ArrivalTicks = arrivalTicks ?? Arrival });

    public static DecodeFailure Decode(this DecoderBench bench, string topic, string payload) => bench.Decode(topic, Some.Utf8(payload));

    /// <summary>What a message brings, or why it brings nothing.</summary>
    public static string TextOf(this DecoderBench bench, string topic, ReadOnlySpan<byte> payload)
    {
        var failure = bench.Decode(topic, payload);
        return failure == DecodeFailure.None ? bench.Text : failure.ToString();
    }

    public static string TextOf(this DecoderBench bench, string topic, string payload) => bench.TextOf(topic, Some.Utf8(payload));

    /// <summary>Cuts, changes, doubles and swaps bytes: no exception, and the whole payload is read as before afterwards.</summary>
    public static void Fuzz(this DecoderBench bench, int seed, string topic, params byte[][] valid)
    {
        var random = new Random(seed);
        var expected = valid.Select(v => bench.TextOf(topic, v)).ToList();
        for (var round = 0; round < 20_000; round++)
            bench.Decode(topic, Mutated(valid[random.Next(valid.Length)], random));
        var channels = bench.Channels.Count;
        Assert.True(channels <= 256, $"{channels} channels");
        Assert.Equal(expected, [.. valid.Select(v => bench.TextOf(topic, v))]);
    }

    /// <summary>What is left of a payload at every length is read or refused, and nothing throws.</summary>
    public static IReadOnlyList<DecodeFailure> Truncate(this DecoderBench bench, string topic, byte[] valid) =>
        [.. Enumerable.Range(0, valid.Length).Select(length => bench.Decode(topic, valid.AsSpan(0, length)))];

    public static void AssertAllocatesNothing(this DecoderBench bench, string topic, byte[] payload)
    {
        var topicBytes = Some.Utf8(topic);
        Assert.Equal(DecodeFailure.None, Again());
        Again();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Again();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        DecodeFailure Again() => bench.Decode(new IncomingMessage { Topic = topicBytes, Payload = payload, ArrivalTicks = Arrival });
    }

    private static byte[] Mutated(byte[] valid, Random random)
    {
        var bytes = new List<byte>(valid);
        for (var i = random.Next(4); i >= 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.AddRange(bytes.Take(at).ToArray());
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 4:
                    bytes[at] = (byte)", =\"\\\n0.eitT#{}[]"[random.Next(17)];
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }
        return [.. bytes];
    }
}

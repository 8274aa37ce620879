using System.IO.Compression;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Compression;
using EdgeAgent.Pipeline.Formats.Packed;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Compression;

public class CompressedDecoderTests(ITestOutputHelper output)
{
    private const string Topic = "plant/p7/telemetry";
    private static readonly byte[] Json = Some.Utf8(
        """{"a": 1.5, "b": -2, "text": "text text text text text text text text text text text text"}""");

    private readonly DecoderBench _decoder = FormatBench.Of("json");

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("zstd")]
    [InlineData("gzip gzip")]
    [InlineData("gzip zstd")]
    public void What_was_compressed_is_read_as_if_it_were_not(string by) =>
        Assert.Equal("@100 a=1.5 b=-2", _decoder.TextOf(Topic, Compressed(by, Json)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public void Zlib_of_every_level_is_known(int level)
    {
        using var bytes = new MemoryStream();
        using (var stream = new ZLibStream(bytes, new ZLibCompressionOptions { CompressionLevel = level })) stream.Write(Json);

        Assert.Equal("@100 a=1.5 b=-2", _decoder.TextOf(Topic, bytes.ToArray()));
    }

    [Fact]
    public void Several_members_of_gzip_are_one_payload()
    {
        byte[] members = [.. Compressed("gzip", Json.AsSpan(0, 9).ToArray()), .. Compressed("gzip", Json.AsSpan(9).ToArray())];

        Assert.Equal("@100 a=1.5 b=-2", _decoder.TextOf(Topic, members));
        Assert.Equal(DecodeFailure.BadCompression, _decoder.Decode(Topic, members.AsSpan(0, members.Length - 9)));
    }

    [Fact]
    public void What_decodes_within_is_disposed_with_it()
    {
        var inner = new DisposableDecoder();
        new CompressedDecoder(inner, new PayloadOptions()).Dispose();

        Assert.True(inner.IsDisposed);
    }

    [Fact]
    public void Compressed_three_times_is_no_payload() =>
        Assert.Equal(DecodeFailure.BadJson, _decoder.Decode(Topic, Compressed("gzip gzip gzip", Json)));

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("zstd")]
    public void A_payload_cut_at_any_byte_is_refused_and_the_whole_one_is_fine_after_it(string by)
    {
        var whole = Compressed(by, Json);
        for (var length = 8; length < whole.Length; length++)
        {
            Assert.NotEqual(DecodeFailure.None, _decoder.Decode(Topic, whole.AsSpan(0, length)));
            Assert.Equal(DecodeFailure.None, _decoder.Decode(Topic, whole));
        }
        Assert.Equal(DecodeFailure.BadCompression, _decoder.Decode(Topic, whole.AsSpan(0, whole.Length / 2)));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("zstd")]
    public void What_inflates_beyond_the_limit_is_too_large_and_costs_no_more_than_it(string by)
    {
        var decoder = FormatBench.Of("json", s => s.PayloadLimit = 4096);
        byte[] Blank(int length) => Compressed(by, [.. Json, .. Enumerable.Repeat((byte)' ', length - Json.Length)]);
        var bomb = Blank(100_000_000);

        Assert.Equal(DecodeFailure.None, decoder.Decode(Topic, Blank(16 * 4096)));
        Assert.Equal(DecodeFailure.TooLarge, decoder.Decode(Topic, Blank(16 * 4096 + 1)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(DecodeFailure.TooLarge, decoder.Decode(Topic, bomb));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * bomb.Length + 200_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    [InlineData("zstd")]
    public void Damage_throws_nothing(string by) => _decoder.Fuzz(Seed.Take(output), Topic, Compressed(by, Json));

    [Fact]
    public void Two_bytes_that_look_like_zlib_do_not_hide_what_follows()
    {
        var decoder = FormatBench.Of("influx");

        Assert.Equal("@100 v=1", decoder.TextOf(Topic, "x^2 v=1"));
        Assert.Equal(DecodeFailure.BadCompression, decoder.Decode(Topic, "x^2 v"));
    }

    [Fact]
    public void Bytes_of_frames_may_begin_like_anything()
    {
        var decoder = FormatBench.Of("packed", s =>
        {
            s.Packed = new PackedOptions { Fields = [new() { Name = "a", Type = PackedType.TryParse("u16be")!.Value }] };
            (s.ChannelsBelow, s.Channels) = (null, [new() { Name = "a" }]);
        });

        Assert.Equal("@100 a=8075", decoder.TextOf(Topic, [0x1f, 0x8b, 8, 0]));
    }

    [Fact]
    public void Plain_payloads_and_Zstandard_allocate_nothing()
    {
        _decoder.AssertAllocatesNothing(Topic, Json);
        _decoder.AssertAllocatesNothing(Topic, Compressed("zstd", Json));
    }

    private static byte[] Compressed(string by, byte[] bytes)
    {
        foreach (var kind in by.Split(' '))
        {
            using var compressed = new MemoryStream();
            using (Stream stream = kind switch
            {
                "gzip" => new GZipStream(compressed, CompressionLevel.Optimal),
                "zlib" => new ZLibStream(compressed, CompressionLevel.Optimal),
                _ => new ZstdSharp.CompressionStream(compressed),
            })
                stream.Write(bytes);
            bytes = compressed.ToArray();
        }
        return bytes;
    }
}

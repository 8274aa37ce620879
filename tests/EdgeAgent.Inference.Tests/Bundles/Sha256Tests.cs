using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Inference.Tests.Bundles;

/// <summary>Our SHA-256 is the standard's.</summary>
public sealed class Sha256Tests
{
    /// <summary>Examples of FIPS 180-4 and of NIST's CAVP short messages.</summary>
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    public void Digests_of_the_standards_texts_are_the_standards(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Sha256.Hash(Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData("d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1")]
    [InlineData("11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98")]
    public void Digests_of_the_standards_bytes_are_the_standards(string bytes, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Sha256.Hash(Convert.FromHexString(bytes))));

    [Fact]
    public void A_million_times_a_has_the_standards_digest() =>
        Assert.Equal(
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            Convert.ToHexStringLower(Sha256.Hash(new MemoryStream(Encoding.ASCII.GetBytes(new string('a', 1_000_000))))));

    [Fact]
    public void Every_length_around_the_borders_of_blocks_and_chunks_gives_what_dotnet_gives()
    {
        var bytes = new byte[(2 * 64 * 1024) + 130];
        new Random(7).NextBytes(bytes);
        foreach (var length in Enumerable.Range(0, 260).Concat(Enumerable.Range(65_470, 140)).Concat(Enumerable.Range(131_000, 202)))
        {
            var expected = SHA256.HashData(bytes.AsSpan(0, length));
            Assert.Equal(expected, Sha256.Hash(bytes.AsSpan(0, length)));
            Assert.Equal(expected, Sha256.Hash(new Trickle(new MemoryStream(bytes, 0, length))));
        }
    }

    /// <summary>A stream that gives less than it is asked for, as a pipe does.</summary>
    private sealed class Trickle(MemoryStream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1009));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

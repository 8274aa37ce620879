using System.Text;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("no json", "no json")]
    [InlineData("a\nb\0", @"a\nb\x00")]
    [InlineData("0123456789é1", "0123456789�…")]
    [InlineData("\e[2J", "0x1b5b324a")]
    [InlineData("", "")]
    public void What_came_is_shown_as_text_where_it_is_text(string payload, string shown) =>
        Assert.Equal(shown, PrintableText.Of(Encoding.UTF8.GetBytes(payload), bytesLimit: 11));

    [Fact]
    public void What_is_no_text_is_shown_in_hexadecimal()
    {
        Assert.Equal("0xff00", PrintableText.Of([0xff, 0x00], 200));
        var bytes = Enumerable.Repeat((byte)0xff, 300).ToArray();
        Assert.Equal($"0x{string.Concat(Enumerable.Repeat("ff", 24))}…", PrintableText.Of(bytes, 200));
    }
}

using System.Xml.Linq;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Tests.Replay.Plot;

public sealed class SvgWriterTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("<script>alert('1')</script>", "<script>alert('1')</script>")]
    [InlineData("a & \"b\"", "a & \"b\"")]
    [InlineData("\u00e4\u4e2d\ud83d\ude00", "\u00e4\u4e2d\ud83d\ude00")]
    [InlineData("tab\tline\n", "tab line ")]
    [InlineData("\0bell\u0007\u001b[31m\u0085\uffff", "\ufffdbell\ufffd\ufffd[31m\ufffd\ufffd")]
    [InlineData("turned\u202e round\u2066", "turned\ufffd round\ufffd")]
    public void Any_text_stands_in_elements_and_attributes_as_it_is_or_as_replacement(string text, string expected)
    {
        var element = XElement.Parse($"<a b=\"{SvgWriter.Escape(text)}\">{SvgWriter.Escape(text)}</a>");

        Assert.Equal((expected, expected), (element.Value, element.Attribute("b")!.Value));
    }

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("half \ufffd.", SvgWriter.Escape("half \ud83d."));

    [Fact]
    public void A_text_that_does_not_fit_ends_with_an_ellipsis()
    {
        Assert.Equal("abc", SvgWriter.Fit("abc", 3));
        Assert.Equal("ab…", SvgWriter.Fit("abcd", 3));
    }
}

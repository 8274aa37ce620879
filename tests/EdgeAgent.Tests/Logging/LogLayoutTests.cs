using System.Text;
using EdgeAgent.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Tests.Logging;

public sealed class LogLayoutTests
{
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.UnixEpoch);
    private static readonly LogLayout Journal = new(Clock, isJournal: true, isColoured: false);
    private static readonly LogLayout Terminal = new(Clock, isJournal: false, isColoured: true);

    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void A_line_for_the_journal_begins_with_the_priority_of_its_level(LogLevel level, string prefix) =>
        Assert.Equal($"{prefix}outbox: full\n", Journal.Write(level, "outbox", "full", null));

    [Theory]
    [InlineData("\n", @"\n")]
    [InlineData("\r\n", @"\r\n")]
    [InlineData("\u0085", @"\x85")]
    [InlineData("\u2028", @"\u2028")]
    [InlineData("\u2029", @"\u2029")]
    [InlineData("\0", @"\x00")]
    [InlineData("\e[2J", @"\x1b[2J")]
    [InlineData("\u009b2J", @"\x9b2J")]
    [InlineData("\u007f", @"\x7f")]
    [InlineData("\u202e", @"\u202e")]
    public void No_name_from_outside_begins_a_line_or_moves_a_cursor(string from, string shown)
    {
        var name = $"p7{from}<2>outbox: all is lost";

        Assert.Equal($"<4>source: p7{shown}<2>outbox: all is lost\n", Journal.Write(LogLevel.Warning, "source", name, null));
        Assert.Equal(
            $"00:00:00.000 \e[33mwarn \e[0m source: p7{shown}<2>outbox: all is lost\n", Terminal.Write(LogLevel.Warning, "source", name, null));
    }

    [Fact]
    public void Nor_does_the_message_of_an_exception()
    {
        var cause = new InvalidOperationException("inner\n<2>forged");

        var text = Journal.Write(LogLevel.Error, "agent", "broken", new IOException("outer\r<2>forged", cause));

        Assert.Equal(
            "<3>agent: broken\n<3>System.IO.IOException: outer\\r<2>forged\n"
                + "<3>caused by System.InvalidOperationException: inner\\n<2>forged\n", text);
    }

    [Fact]
    public void A_stack_trace_follows_its_message_line_by_line()
    {
        var text = Terminal.Write(LogLevel.Error, "agent", "broken", Thrown());

        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("    System.IO.IOException: torn", lines[1]);
        Assert.StartsWith("      at EdgeAgent.Tests.Logging.LogLayoutTests.Thrown()", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", 250_000)]
    [InlineData("é", 100_000)]
    [InlineData("😀", 100_000)]
    [InlineData("\u2028", 100_000)]
    public void A_line_is_cut_between_two_characters_and_says_how_many_are_missing(string character, int count)
    {
        var line = Journal.Write(LogLevel.Information, "source", string.Concat(Enumerable.Repeat(character, count)), null);

        Assert.InRange(Encoding.UTF8.GetByteCount(line), LogLayout.MessageBytesLimit - 10, LogLayout.MessageBytesLimit + 40);
        Assert.DoesNotContain('\ufffd', line);
        Assert.Matches(@"… \(\d+ more\)\n$", line);
    }

    [Theory]
    [InlineData("8:4711", "socket:[4711]", true)]
    [InlineData("8:4711", "pipe:[4711]", true)]
    [InlineData("8:471", "socket:[4711]", false)]
    [InlineData("8:4711", "/dev/pts/0", false)]
    [InlineData("4711", "socket:[4711]", false)]
    [InlineData(null, "socket:[4711]", false)]
    [InlineData("8:4711", null, false)]
    public void The_journal_is_known_by_the_number_of_its_stream(string? stream, string? target, bool isJournal) =>
        Assert.Equal(isJournal, JournalStream.Is(stream, target));

    private static IOException Thrown()
    {
        try
        {
            throw new IOException("torn");
        }
        catch (IOException e)
        {
            return e;
        }
    }
}

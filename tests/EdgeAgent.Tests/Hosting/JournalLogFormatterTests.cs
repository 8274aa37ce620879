using EdgeAgent.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Hosting;

public sealed class JournalLogFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    public void A_line_begins_with_the_priority_of_its_level(LogLevel level, string prefix) =>
        Assert.Equal($"{prefix}outbox: full\n", Format(level, "full"));

    [Fact]
    public void Every_line_of_a_message_has_the_prefix()
    {
        var text = Format(LogLevel.Error, "first\nsecond", new InvalidOperationException("broken"));

        Assert.Equal("<3>outbox: first\n<3>second\n<3>System.InvalidOperationException: broken\n", text);
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
        Assert.Equal(isJournal, JournalLogFormatter.IsJournal(stream, target));

    private static string Format(LogLevel level, string message, Exception? exception = null)
    {
        using var text = new StringWriter();
        new JournalLogFormatter()
            .Write(new LogEntry<string>(level, "outbox", default, message, exception, (state, _) => state), null, text);
        return text.ToString();
    }
}

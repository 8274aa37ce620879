using System.Diagnostics;
using System.Text;
using EdgeAgent.Logging;
using EdgeAgent.TestSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Tests.Logging;

public sealed class BoundedLogTests : IDisposable
{
    private static readonly string Long = new('x', 1000);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    private readonly FakeOutput _output = new();
    private readonly LogCounters _counters;
    private readonly BoundedLog _log;
    private readonly ILogger _logger;

    public BoundedLogTests()
    {
        _counters = new LogCounters(_clock);
        _log = new BoundedLog(new LogLayout(_clock, isJournal: true, isColoured: false), _output, _counters, _clock);
        _logger = _log.CreateLogger("source");
    }

    [Fact]
    public async Task Lines_come_out_in_their_order()
    {
        for (var i = 0; i < 50; i++) Tell(LogLevel.Information, $"line {i}");

        await Eventually.Holds(() => _output.Lines == 50, () => _output.Text);
        Assert.Equal(string.Concat(Enumerable.Range(0, 50).Select(i => $"<6>source: line {i}\n")), _output.Text);
        Assert.Equal(0, _counters.DroppedInAll);
    }

    /// <summary>With Microsoft's console logger the 2,500th line waits for the reader, and so does the lane that logs it.</summary>
    [Fact]
    public async Task Whoever_logs_never_waits_for_a_reader_and_what_is_dropped_is_counted_and_told()
    {
        _output.IsRead = false;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20_000; i++) Tell(LogLevel.Error, Long, kind: i % 1000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");

        var dropped = _counters.Dropped(LogDrop.Unread);
        Assert.InRange(dropped, 20_000 - BoundedLog.RingBytes / 1000, 20_000);
        Assert.True(_counters.IsLate(LogDrop.Unread));
        Assert.Contains("nobody reads the log", Assert.Single(LogTroubles.Find(_counters)).Text, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.True(_counters.IsStuck);
        _output.IsRead = true;
        await Eventually.Holds(() => _output.Text.Contains("because nobody read standard error", StringComparison.Ordinal), () => _output.Text);
        Assert.Contains(
            FormattableString.Invariant($"<4>log: lines that were left out of this log: {dropped:#,0}, {dropped:#,0} because"), _output.Text,
            StringComparison.Ordinal);
        Assert.False(_counters.IsStuck);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(LogTroubles.Find(_counters));
    }

    [Fact]
    public void The_end_waits_for_a_reader_a_moment_only()
    {
        _output.IsRead = false;
        Tell(LogLevel.Information, "the last words");

        var watch = Stopwatch.StartNew();
        _log.Dispose();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public void What_waits_is_written_at_the_end()
    {
        for (var i = 0; i < 100; i++) Tell(LogLevel.Information, Long, kind: i);
        _log.Dispose();

        Assert.Equal(100, _output.Lines);
    }

    [Fact]
    public async Task Of_one_kind_a_hundred_at_once_are_told_then_one_a_second_and_the_rest_is_counted()
    {
        for (var i = 0; i < 50_000; i++) Tell(LogLevel.Warning, "agent joined");
        await Eventually.Holds(() => _output.Lines == 100, () => $"{_output.Lines}");
        Tell(LogLevel.Warning, "another kind", kind: 2);
        await Eventually.Holds(() => _output.Text.Contains("another kind", StringComparison.Ordinal), () => _output.Text);

        _clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.Holds(() => _output.Text.Contains("left out of this log", StringComparison.Ordinal), () => _output.Text[^200..]);
        Assert.Contains("49,900 of a kind that came too often (49,900 more like \"agent joined\")", _output.Text, StringComparison.Ordinal);
        Assert.Equal(49_900, _counters.Dropped(LogDrop.Alike));
        Tell(LogLevel.Warning, "agent joined again");
        await Eventually.Holds(() => _output.Text.Contains("agent joined again", StringComparison.Ordinal), () => _output.Text[^200..]);
    }

    [Fact]
    public async Task All_of_it_is_a_megabyte_a_minute_and_errors_come_before_information()
    {
        var minutes = 5;
        for (var second = 0; second < 60 * minutes; second++)
        {
            for (var i = 0; i < 200; i++) Tell(LogLevel.Information, Long, kind: i);
            Tell(LogLevel.Error, $"error {second}", kind: 5000);
            await Drained();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        await Drained();

        var (text, lines) = (_output.Text, _output.Text.Split('\n').ToHashSet());
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 500_000 * minutes, LogBudget.MinuteBytes * minutes);
        for (var second = 0; second < 60 * minutes; second++)
            Assert.Contains($"<3>source: error {second}", lines);
        Assert.True(_counters.Dropped(LogDrop.Budget) > 1000, $"{_counters.Dropped(LogDrop.Budget)}");
        Assert.Contains("over the limit of 1 MB a minute", text, StringComparison.Ordinal);
        Assert.Contains("1 MB a minute", Assert.Single(LogTroubles.Find(_counters)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_refuses_costs_lines_and_nothing_else()
    {
        _output.Trouble = new IOException("No space left on device");
        Tell(LogLevel.Error, "lost");
        await Eventually.Holds(() => _counters.Dropped(LogDrop.Unread) == 1, () => $"{_counters.Dropped(LogDrop.Unread)}");

        _output.Trouble = null;
        Tell(LogLevel.Error, "kept");
        await Eventually.Holds(() => _output.Text.Contains("kept", StringComparison.Ordinal), () => _output.Text);
    }

    public void Dispose()
    {
        _output.IsRead = true;
        _log.Dispose();
    }

    private Task Drained() => Eventually.Holds(_log.Flush, () => "the log waits");

    private void Tell(LogLevel level, string text, int kind = 1) =>
        _logger.Log(level, new EventId(kind), text, null, (state, _) => state);
}

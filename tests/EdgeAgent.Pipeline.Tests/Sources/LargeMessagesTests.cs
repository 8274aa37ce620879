using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Tests.State;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>What readings take in memory is bounded by what their message brings, not by how many channels the source has.</summary>
[Collection(Weighing.Name)]
public sealed class LargeMessagesTests : IDisposable
{
    private readonly SourceCounters _counters = new();
    private readonly RowRecorder _lane = new();
    private readonly RowIntake _intake;

    public LargeMessagesTests()
    {
        var options = Some.Source(s => (s.Rows, s.ChannelsBelow, s.Time) = ("[*]", "", null));
        _intake = new RowIntake(options, [_lane], new DeadLetter(null, new LogLines(), TimeProvider.System), _counters);
        var wide = string.Join(',', Enumerable.Range(0, 256).Select(i => $"\"c{i}\":1"));
        Assert.Equal(IntakeOutcome.Taken, Take($"[{{{wide}}}]"));
    }

    [Fact]
    public void Readings_of_one_channel_take_its_place_alone_where_the_source_has_256()
    {
        var payload = Rows(60_000, "c0");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(IntakeOutcome.Taken, Take(payload));
        // 60,000 times 256 floats are 61 MB, and a second copy goes to the lane.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 24 << 20);
    }

    [Theory]
    [InlineData(70_000, "c0")]
    [InlineData(20_000, "c255")]
    public void A_message_of_more_readings_or_values_than_there_may_be_is_refused_at_a_bounded_cost(int rows, string channel)
    {
        var payload = Rows(rows, channel);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(IntakeOutcome.Refused, Take(payload));
        Assert.Equal((DecodeFailure.TooManyValues, 1L), (_intake.LastFailure, _counters.Refused(DecodeFailure.TooManyValues)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);

        Assert.Equal(IntakeOutcome.Taken, Take(Rows(1, channel)));
        Assert.Equal((3L, 1L), (_counters.Received, _counters.DeadLettered));
    }

    [Fact]
    public void Memory_of_large_messages_is_used_again_and_given_back_when_those_after_them_are_small()
    {
        var rows = new DecodedRows(new ChannelTable(16));
        Fill(rows, 50_000);
        Assert.InRange(Allocated(() => Fill(rows, 50_000)), 0, 1000);
        for (var i = 0; i < 600; i++) Fill(rows, 1);
        Assert.InRange(Allocated(() => Fill(rows, 50_000)), 1 << 20, long.MaxValue);
    }

    public void Dispose() => _intake.Dispose();

    private static void Fill(DecodedRows rows, int count)
    {
        rows.Clear();
        for (var i = 0; i < count; i++) rows.Add(0, i, [1f, 2f]);
        rows.Finish();
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Rows(int rows, string channel) => $"[{string.Join(',', Enumerable.Repeat($"{{\"{channel}\":1}}", rows))}]";

    private IntakeOutcome Take(string payload)
    {
        var outcome = _intake.Take("plant/p/t"u8, Some.Utf8(payload), Some.Start.UtcTicks, null, 0, false, out _);
        _intake.HandOver();
        return outcome;
    }
}

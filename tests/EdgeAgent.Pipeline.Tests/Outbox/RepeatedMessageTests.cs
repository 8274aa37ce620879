using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>A message that the broker repeats must not be acknowledged before what its first copy caused is safe.</summary>
public sealed class RepeatedMessageTests
{
    [Fact]
    public void A_repeat_waits_for_the_events_that_are_not_safe()
    {
        using var bench = new OutboxBench();
        bench.BreakDisk();
        bench.Append("a");
        Some.Until(() => bench.Counters.CommitFailures > 0, "the refusal");
        var isAcknowledged = Repeat(bench);
        Thread.Sleep(100);
        Assert.False(isAcknowledged());

        bench.MendDisk();

        Some.Until(isAcknowledged, "the acknowledgement");
        Assert.Equal(1, bench.Rows());
    }

    [Fact]
    public void A_repeat_with_nothing_unsafe_is_acknowledged_at_once()
    {
        using var bench = new OutboxBench();
        var isSafe = bench.Append("a");
        Some.Until(isSafe, "the commit");
        Some.Until(Repeat(bench), "the acknowledgement");
    }

    private static Func<bool> Repeat(OutboxBench bench)
    {
        var acknowledgements = new Acknowledgements();
        var receipt = new EventReceipt(acknowledgements, token: 7);
        bench.Outbox.Repeat(receipt);
        receipt.Release();
        return () => acknowledgements is { Acknowledged: 1, Finished: [7] };
    }
}

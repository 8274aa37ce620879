using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Ends items that are owed no more: delivered, expired, refused for ever. Each is counted once, whoever waits for it is released,
/// and nothing of it stays in the queues. Belongs to the outbox's owner.
/// </summary>
internal sealed class ItemOutcomes(
    OutboxOptions options, OutboxCounters counters, GroupCommit commit, ReadyQueue ready, DropRecords drops, SteadyClock clock)
{
    public void Delivered(OutboxItem item) => End(item, ref counters.Delivered);

    /// <summary>Whether the item is done, or its time has just run out.</summary>
    public bool IsOver(OutboxItem item)
    {
        if (IsEnded(item)) return true;
        if (clock.AgeOf(item.Entry.CreatedTicks) <= options.KeepFor(item.Entry.Severity)) return false;
        drops.Note(Gap.Of(Gap.Expired, item.Entry.Severity, item.Entry.CreatedTicks, RowDevice.Of(item.Entry.Payload)));
        End(item, ref counters.DroppedExpired);
        return true;
    }

    /// <summary>Quarantines what upstream refuses for ever. False: the disk does not take that, and it stays owed.</summary>
    public bool TryQuarantine(OutboxItem item, string reason)
    {
        if (IsEnded(item)) return true;
        if (!commit.TryQuarantine(item, reason)) return false;
        End(item, ref counters.DroppedRefused);
        return true;
    }

    /// <summary>Has a repeated message wait for all events that are not safe yet, for one of them may be its own.</summary>
    /// <param name="receipt">The message's.</param>
    /// <param name="appended">Events that are not taken in yet.</param>
    public void Hold(EventReceipt receipt, IEnumerable<OutboxItem> appended)
    {
        foreach (var item in commit.Uncommitted.Where(i => !i.IsDone).Concat(appended))
            item.AddReceipt(receipt);
        receipt.Release();
    }

    private bool IsEnded(OutboxItem item) => item.IsDone || commit.HasDropped(item);

    private void End(OutboxItem item, ref long counter)
    {
        if (IsEnded(item)) return;
        item.IsDone = true;
        if (item.Entry.IsReport) counters.ReportsDone++;
        else counter++;
        item.MarkSafe();
        commit.Remove(item);
        ready.Forget(item);
        if (counters.Owed == 0) ready.ForgetAll();
    }
}

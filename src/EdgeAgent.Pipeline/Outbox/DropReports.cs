using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox.Store;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Makes the event that reports what was dropped, once there is a link: one for an outage. Belongs to the outbox's owner.
/// </summary>
/// <param name="encode">Encodes it; null: drops are not reported.</param>
/// <param name="drops">What was dropped.</param>
/// <param name="store">Knows what earlier runs dropped.</param>
/// <param name="commit">Writes it.</param>
/// <param name="bounds">May be about to drop more.</param>
internal sealed class DropReports(
    Func<IReadOnlyList<Gap>, EncodedEvent>? encode, DropRecords drops, OutboxStore store, GroupCommit commit, StoreBounds bounds)
{
    public bool IsDue(bool isLinkUp) => TimeLeft(isLinkUp) <= TimeSpan.Zero;

    /// <summary>How long until one is due; the longest time when none is.</summary>
    public TimeSpan TimeLeft(bool isLinkUp) => encode is not null && isLinkUp && commit.MayTry ? drops.TimeLeft() : TimeSpan.MaxValue;

    /// <summary>The report, on disk already; null: the disk refuses, or more may be dropped in a moment.</summary>
    /// <param name="sequence">Its place in the order.</param>
    /// <param name="nowTicks">Its age counts from here.</param>
    public OutboxItem? TryMake(long sequence, long nowTicks)
    {
        if (bounds.IsDue) return null;
        try
        {
            var report = new OutboxItem(new OutboxEntry(encode!(drops.All(store.Gaps())), nowTicks)) { Sequence = sequence };
            if (!commit.TryReport(report)) return null;
            drops.MarkReported();
            return report;
        }
        catch (SqliteException)
        {
            // The next commit finds out, and logs it.
            return null;
        }
    }
}

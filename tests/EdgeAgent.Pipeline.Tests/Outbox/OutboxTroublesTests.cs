using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using Microsoft.Data.Sqlite;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>What health says of events that were given up, and of a disk without room.</summary>
public sealed class OutboxTroublesTests
{
    private const string Full = "the outbox was full, or they were too old";

    [Fact]
    public void Events_lost_to_damage_are_not_said_to_have_had_no_room()
    {
        var trouble = Find(new Gap(Gap.Damaged, Gap.UnknownSeverity, 7, 0, 0));
        Assert.Contains("7 events were given up since ", trouble.Text);
        Assert.EndsWith("they are damaged or missing on disk", trouble.Text);
        Assert.Contains("see the disk", trouble.Remedy);
        Assert.DoesNotContain("upstream.buffer.size", trouble.Remedy);
    }

    [Fact]
    public void Of_both_kinds_both_are_said()
    {
        var full = new Gap(Gap.Full, Severity.Critical, 3, 0, 0);
        var trouble = Find(full, new Gap(Gap.Damaged, Gap.UnknownSeverity, 7, 0, 0));
        Assert.Contains("10 events were given up since ", trouble.Text);
        Assert.Contains(", 3 of them critical", trouble.Text);
        Assert.EndsWith($"7 are damaged or missing on disk; else {Full}", trouble.Text);
        Assert.Contains("see the disk", trouble.Remedy);
        Assert.Contains("upstream.buffer.size", trouble.Remedy);
        Assert.EndsWith(Full, Find(full).Text);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_keep_the_trouble_on()
    {
        var counters = Counters(new Gap(Gap.Full, Severity.Info, 1, 0, 0));
        Assert.Single(OutboxTroubles.Find(counters, isInputWaiting: false, "/x", Some.Start.AddMinutes(-10)));
        Assert.Empty(OutboxTroubles.Find(counters, isInputWaiting: false, "/x", Some.Start.AddDays(-365)));
    }

    [Fact]
    public void Where_the_folder_is_gone_no_number_of_free_bytes_is_made_up()
    {
        var full = new SqliteException("SQLite Error 13: 'database or disk is full'.", 13);
        var refusal = DiskRefusal.Of(full, "/nowhere/at/all/outbox.db");
        Assert.Equal("no room on /nowhere/at/all", refusal.Text);
        Assert.Contains("whether the folder is still there", refusal.Remedy);
        Assert.DoesNotContain("quota", refusal.Remedy);
    }

    private static AgentTrouble Find(params Gap[] gaps) =>
        Assert.Single(OutboxTroubles.Find(Counters(gaps), isInputWaiting: false, "/x", Some.Start));

    private static OutboxCounters Counters(params Gap[] gaps)
    {
        RecentDrops? drops = null;
        foreach (var gap in gaps) drops = RecentDrops.After(drops, gap, Some.Start);
        return new OutboxCounters { RecentDrops = drops };
    }
}

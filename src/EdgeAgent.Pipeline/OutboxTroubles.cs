using System.Globalization;
using EdgeAgent.Pipeline.Outbox;

namespace EdgeAgent.Pipeline;

/// <summary>What is wrong with what the agent owes, and with the disk under it. It only reads counters; for any thread.</summary>
internal static class OutboxTroubles
{
    /// <summary>What is mended already should be heard of for a while: who did it may do it again.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    /// <param name="outbox">The counters.</param>
    /// <param name="isInputWaiting">Whether a lane waits because no more events fit into memory.</param>
    /// <param name="folder">The state folder.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<AgentTrouble> Find(OutboxCounters outbox, bool isInputWaiting, string folder, DateTimeOffset now)
    {
        if (outbox.IsFull) yield return new AgentTrouble("the outbox is full and may not drop; the input waits");
        if (outbox.LateDrops is { } drops && drops.IsRecent(now)) yield return Dropped(drops);
        if (outbox.IsDiskRefusing) yield return Refusing(outbox, isInputWaiting);
        if (IsRecent(outbox.StoreGoneTicks, now))
            yield return new AgentTrouble(
                $"somebody took the outbox's files away while the agent used them, found at {Time(outbox.StoreGoneTicks)}; what could be "
                    + "read was carried over into a new store", $"find out what deletes files in {folder}");
    }

    private static AgentTrouble Dropped(LateDrops drops)
    {
        var events = drops.Count == 1 ? "1 event was" : Text($"{drops.Count:#,0} events were");
        var critical = drops.Critical == 0 ? "" : Text($", {drops.Critical:#,0} of them critical");
        return new AgentTrouble(
            Text($"{events} given up since {drops.First:yyyy-MM-dd HH:mm:ss}Z{critical}, the last at {drops.Last:HH:mm:ss}Z: ")
                + "the outbox was full, or they were too old",
            "raise upstream.buffer.size or keep, free space, or see why upstream is away");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static AgentTrouble Refusing(OutboxCounters outbox, bool isInputWaiting)
    {
        var (refusal, count) = (outbox.DiskRefusal, outbox.InMemory);
        var events = count == 1 ? "1 event waits" : Text($"{count:#,0} events wait");
        var input = isInputWaiting ? "no more fit, and the input waits" : "the input goes on as long as more fit";
        return new AgentTrouble(
            $"events cannot be written to disk: {refusal?.Text ?? "it refuses"}; {events} in memory, {input}", refusal?.Remedy);
    }

    private static bool IsRecent(long ticks, DateTimeOffset now) => ticks > 0 && now.UtcTicks - ticks < Notice.Ticks;

    private static string Time(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

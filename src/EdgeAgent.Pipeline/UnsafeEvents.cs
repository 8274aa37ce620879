using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>Events that were neither delivered nor on disk when the run before ended.</summary>
internal static partial class UnsafeEvents
{
    /// <summary>
    /// Gives them to the outbox, and gives the lanes their places for those that will not be safe. What the outbox has on disk, or
    /// upstream has acknowledged, was safe after all: the run ended before it could say so.
    /// </summary>
    public static IReadOnlyList<PendingEvents> Recover(WarmState state, EventOutbox outbox, ILogger logger)
    {
        var places = new List<PendingEvents>();
        foreach (var file in state.Files)
        {
            var pending = new PendingEvents(file.Pending, LaneFile.PendingBytes, logger);
            file.PendingUsed = () => pending.UsedBytes;
            places.Add(pending);
        }
        var before = state.PendingBefore.SelectMany(area => PendingEvents.Read(area))
            .DistinctBy(e => e.Id).Where(e => !outbox.Has(e.Id)).ToList();
        var keepers = before.ConvertAll(entry => places.Find(p => p.TryKeep(entry)));
        state.Begin(!keepers.Contains(null));
        for (var i = 0; i < before.Count; i++)
            outbox.Recover(before[i], keepers[i]);
        if (before.Count > 0) EventsRecovered(logger, before.Count);
        return places;
    }

    [LoggerMessage(LogLevel.Information, "{Count} events that were not safe when the agent ended are owed again")]
    private static partial void EventsRecovered(ILogger logger, int count);
}

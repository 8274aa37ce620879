using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.State;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>The start after a run that ended with events in hand.</summary>
internal sealed partial class AgentPipeline
{
    /// <summary>
    /// Gives the outbox what was not safe when the run before ended, and the lanes their places for what will not be. What the
    /// outbox has on disk, or upstream has acknowledged, was safe after all: the run ended before it could say so.
    /// </summary>
    private void KeepPending(WarmState state, ILogger logger)
    {
        foreach (var file in state.Files)
        {
            var pending = new PendingEvents(file.Pending, LaneFile.PendingBytes, logger);
            file.PendingUsed = () => pending.UsedBytes;
            _pending.Add(pending);
        }
        var before = state.PendingBefore.SelectMany(area => PendingEvents.Read(area)).DistinctBy(e => e.Id).Where(e => !_outbox.Has(e.Id)).ToList();
        var keepers = before.ConvertAll(entry => _pending.Find(p => p.TryKeep(entry)));
        state.Begin(!keepers.Contains(null));
        for (var i = 0; i < before.Count; i++)
            _outbox.Recover(before[i], keepers[i]);
        if (before.Count > 0) EventsRecovered(logger, before.Count);
    }
}

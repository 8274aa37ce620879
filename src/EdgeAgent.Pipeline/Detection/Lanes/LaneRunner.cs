using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>Runs a lane on the thread that brings its readings, as replays do.</summary>
internal sealed class LaneRunner(Lane lane) : IRowReceiver
{
    public void Put(RowBatch batch)
    {
        lane.Take(batch);
        batch.Return();
    }
}

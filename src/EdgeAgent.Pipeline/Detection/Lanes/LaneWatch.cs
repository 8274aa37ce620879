namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// Tells a lane that is stuck from one that is idle: it has work and has got nowhere with it for too long. The lanes'
/// counters are their stamps, so watching costs them nothing. One watcher looks every few seconds.
/// </summary>
internal sealed class LaneWatch(IReadOnlyList<(LaneCounters Counters, LaneQueue Queue)> lanes, TimeProvider time)
{
    /// <summary>Longer than any model should take for one batch, shorter than an operator's patience.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly long[] _stamps = new long[lanes.Count];
    private readonly long[] _movedAt = [.. lanes.Select(_ => time.GetTimestamp())];
    private readonly Lock _gate = new();

    /// <summary>Checks every lane and returns the numbers of those that are stuck.</summary>
    public IReadOnlyList<int> FindStuck()
    {
        var stuck = new List<int>();
        lock (_gate)
        {
            for (var i = 0; i < lanes.Count; i++)
            {
                var stamp = lanes[i].Counters.Progress;
                if (stamp != _stamps[i] || !lanes[i].Queue.HasWork)
                    (_stamps[i], _movedAt[i]) = (stamp, time.GetTimestamp());
                else if (time.GetElapsedTime(_movedAt[i]) >= Limit)
                    stuck.Add(i);
            }
        }
        return stuck;
    }
}

namespace EdgeAgent.Serving;

/// <summary>What became of the requests to run a model. Free for all threads.</summary>
internal sealed class ServingCounters
{
    private long _requests, _failures;

    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Those of them that were not answered with the model's outputs.</summary>
    public long Failures => Volatile.Read(ref _failures);

    public void Asked() => Interlocked.Increment(ref _requests);

    public void Failed() => Interlocked.Increment(ref _failures);
}

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// Pauses between attempts: doubling up to a limit, each drawn from the upper half of its span so that a fleet does not
/// come back in step.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan limit, Random? random = null)
{
    private readonly Random _random = random ?? Random.Shared;
    private readonly TimeSpan _first = first;
    private TimeSpan _next = first;

    public TimeSpan Next()
    {
        var pause = _next * (0.5 + _random.NextDouble() / 2);
        _next = _next * 2 < limit ? _next * 2 : limit;
        return pause;
    }

    public void Reset() => _next = _first;
}

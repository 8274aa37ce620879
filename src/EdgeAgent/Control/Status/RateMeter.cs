namespace EdgeAgent.Control.Status;

/// <summary>How fast a counter has grown over the last minute, from samples a few seconds apart. For any thread.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, long Count)> _samples = new();
    private readonly Lock _gate = new();

    public void Sample(long count)
    {
        lock (_gate)
        {
            _samples.Enqueue((time.GetTimestamp(), count));
            // The oldest sample stays until the next one is a minute old, too: the rate is of a whole minute.
            while (_samples.Count > 2 && time.GetElapsedTime(_samples.ElementAt(1).At) >= Span)
                _samples.Dequeue();
        }
    }

    public double PerSecond(long now)
    {
        lock (_gate)
        {
            if (!_samples.TryPeek(out var oldest)) return 0;
            var seconds = time.GetElapsedTime(oldest.At).TotalSeconds;
            return seconds > 0 ? (now - oldest.Count) / seconds : 0;
        }
    }
}

namespace EdgeAgent.Control.Status;

/// <summary>How fast a counter has grown over the last minute, from looks a few seconds apart. For any thread.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, long Count)> _looks = new();
    private readonly Lock _gate = new();

    public void Look(long count)
    {
        lock (_gate)
        {
            _looks.Enqueue((time.GetTimestamp(), count));
            // The oldest look stays until the next one is a minute old, too: the rate is of a whole minute.
            while (_looks.Count > 2 && time.GetElapsedTime(_looks.ElementAt(1).At) >= Span)
                _looks.Dequeue();
        }
    }

    public double PerSecond(long now)
    {
        lock (_gate)
        {
            if (!_looks.TryPeek(out var oldest)) return 0;
            var seconds = time.GetElapsedTime(oldest.At).TotalSeconds;
            return seconds > 0 ? (now - oldest.Count) / seconds : 0;
        }
    }
}

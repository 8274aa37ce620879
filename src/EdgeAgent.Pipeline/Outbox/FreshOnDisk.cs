namespace EdgeAgent.Pipeline.Outbox;

/// <summary>
/// Remembers fresh events that went, or are about to go, ahead of a backlog that is still being read from disk. Their rows
/// lie among those of the backlog and must not be sent again. One owner.
/// </summary>
internal sealed class FreshOnDisk
{
    // Sequences only grow, so the oldest is passed first.
    private readonly Queue<long> _sequences = new();

    public void Add(long sequence) => _sequences.Enqueue(sequence);

    /// <summary>Whether the row that reading has come to is a fresh event's; those before it are forgotten.</summary>
    public bool Take(long sequence)
    {
        while (_sequences.TryPeek(out var first) && first < sequence)
            _sequences.Dequeue();
        return _sequences.TryPeek(out var next) && next == sequence && _sequences.TryDequeue(out _);
    }
}

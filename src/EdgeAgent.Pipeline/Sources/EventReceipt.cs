namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Stands between a message and the events it caused: the message is finished when the last of them is safe. For any thread.
/// </summary>
internal sealed class EventReceipt(IAcknowledger acknowledger, int token)
{
    // One share belongs to the lane, so that the receipt cannot complete while events are still being added.
    private int _open = 1;

    public void AddEvent() => Interlocked.Increment(ref _open);

    /// <summary>One event is safe, or the lane has added its last.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _open) != 0) return;
        acknowledger.Finish(token);
        acknowledger.Flush();
    }
}

using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// Sees to it that each message of the batch in hand is finished: at once when it caused no event, otherwise when its events are
/// safe. Belongs to one lane.
/// </summary>
internal sealed class LaneReceipts
{
    private readonly Dictionary<int, EventReceipt> _receipts = [];
    private RowBatch? _batch;

    public void Begin(RowBatch batch) => _batch = batch;

    /// <summary>A receipt with one more event on it; null where nobody waits.</summary>
    public EventReceipt? ForEvent(int messageIndex)
    {
        var receipt = Of(messageIndex);
        receipt?.AddEvent();
        return receipt;
    }

    /// <summary>The message's receipt, which holds its acknowledgement back until the batch has gone through.</summary>
    public EventReceipt? Of(int messageIndex)
    {
        if (_batch is null || _batch.Messages[messageIndex].Acknowledger is not { } acknowledger) return null;
        if (!_receipts.TryGetValue(messageIndex, out var receipt))
            _receipts[messageIndex] = receipt = new EventReceipt(acknowledger, _batch.Messages[messageIndex].Token);
        return receipt;
    }

    /// <summary>All messages of the batch have gone through.</summary>
    public void Complete()
    {
        IAcknowledger? last = null;
        var messages = _batch!.Messages;
        for (var i = 0; i < messages.Length; i++)
        {
            if (messages[i].Acknowledger is not { } acknowledger) continue;
            if (_receipts.Count > 0 && _receipts.ContainsKey(i)) continue;
            acknowledger.Finish(messages[i].Token);
            if (last is not null && last != acknowledger) last.Flush();
            last = acknowledger;
        }
        last?.Flush();
        foreach (var receipt in _receipts.Values)
            receipt.Release();
        _receipts.Clear();
        _batch = null;
    }
}

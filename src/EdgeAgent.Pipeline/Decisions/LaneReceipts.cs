using EdgeAgent.Pipeline.Ingest;
using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>
/// Sees to it that each message of the batch in hand is acknowledged: at once when it caused no event, otherwise when
/// its events are safe. Belongs to one lane.
/// </summary>
internal sealed class LaneReceipts
{
    private readonly Dictionary<int, EventReceipt> _receipts = [];
    private MessageBatch? _batch;

    public void Begin(MessageBatch batch) => _batch = batch;

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
        if (_batch is null || _batch.Messages[messageIndex].Acks is not { } acks) return null;
        if (!_receipts.TryGetValue(messageIndex, out var receipt))
            _receipts[messageIndex] = receipt = new EventReceipt(acks, _batch.Messages[messageIndex].AckSlot);
        return receipt;
    }

    /// <summary>All messages of the batch have gone through.</summary>
    public void Complete()
    {
        AckWindow? window = null;
        var messages = _batch!.Messages;
        for (var i = 0; i < messages.Length; i++)
        {
            if (messages[i].Acks is not { } acks) continue;
            if (_receipts.Count > 0 && _receipts.ContainsKey(i)) continue;
            acks.Finish(messages[i].AckSlot);
            if (window is not null && window != acks) window.Flush();
            window = acks;
        }
        window?.Flush();
        foreach (var receipt in _receipts.Values)
            receipt.Release();
        _receipts.Clear();
        _batch = null;
    }
}

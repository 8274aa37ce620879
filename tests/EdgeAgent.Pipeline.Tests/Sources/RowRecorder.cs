using System.Text;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

/// <summary>What reached a lane of one message.</summary>
/// <param name="Message">As it was in the batch.</param>
/// <param name="Text">The values of its readings as characters, as <see cref="TextDecoder"/> makes them.</param>
/// <param name="Seconds">Times of its readings.</param>
/// <param name="Batch">Number of the batch that brought it.</param>
internal sealed record RecordedRows(MessageRows Message, string Text, long[] Seconds, int Batch);

/// <summary>Stands where a lane does, and writes down what it is given. For any thread.</summary>
internal sealed class RowRecorder : IRowReceiver
{
    private readonly Lock _gate = new();
    private readonly List<RecordedRows> _messages = [];
    private readonly Queue<RowBatch> _held = new();

    /// <summary>Whether messages are finished as they come.</summary>
    public bool FinishesAtOnce { get; set; } = true;

    /// <summary>Whether batches are kept until <see cref="ReturnHeld"/>.</summary>
    public bool HoldsBatches { get; set; }

    public int Batches { get; private set; }

    public RecordedRows[] Messages
    {
        get
        {
            lock (_gate) return [.. _messages];
        }
    }

    public void Put(RowBatch batch)
    {
        lock (_gate)
        {
            foreach (var message in batch.Messages)
                _messages.Add(Record(batch, message));
            Batches++;
            if (HoldsBatches)
            {
                _held.Enqueue(batch);
                return;
            }
        }
        Finish(batch);
    }

    /// <summary>Finishes the messages of the batches that are held, and gives those back, on this thread.</summary>
    public void ReturnHeld(int count = int.MaxValue)
    {
        for (; count > 0; count--)
        {
            RowBatch? batch;
            lock (_gate)
                if (!_held.TryDequeue(out batch))
                    return;
            Finish(batch);
        }
    }

    private void Finish(RowBatch batch)
    {
        if (FinishesAtOnce)
            foreach (var message in batch.Messages)
            {
                message.Acknowledger?.Finish(message.Token);
                message.Acknowledger?.Flush();
            }
        batch.Return();
    }

    private RecordedRows Record(RowBatch batch, in MessageRows message)
    {
        var (text, seconds) = (new StringBuilder(), new List<long>());
        foreach (var row in batch.Rows(message))
        {
            seconds.Add(row.TimeTicks / TimeSpan.TicksPerSecond);
            foreach (var value in batch.Values(row)) text.Append((char)value);
        }
        return new RecordedRows(message, text.ToString(), [.. seconds], Batches);
    }
}

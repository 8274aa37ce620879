using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Keeps what is finished; acknowledges it when it is told to flush, as a source does. For any thread.</summary>
internal sealed class Acknowledgements : IAcknowledger
{
    private readonly Lock _gate = new();
    private readonly List<int> _finished = [];
    private int _flushed;

    /// <summary>Tokens in the order in which they were finished.</summary>
    public int[] Finished
    {
        get
        {
            lock (_gate) return [.. _finished];
        }
    }

    /// <summary>How many of them are acknowledged.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_gate) return _flushed;
        }
    }

    public int Flushes { get; private set; }

    public void Finish(int token)
    {
        lock (_gate) _finished.Add(token);
    }

    public void Flush()
    {
        lock (_gate)
        {
            Flushes++;
            _flushed = _finished.Count;
        }
    }
}

using System.Text;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>Which of a source's topic filters have brought anything. The source's loop writes, anyone may read.</summary>
internal sealed class TopicWatch
{
    /// <summary>Afterwards a filter that has matched nothing is looked at now and then only.</summary>
    private const int EveryMessage = 10_000;
    private const int Then = 16;

    private readonly byte[][] _filters;
    private readonly bool[] _isMatched;
    private int _open;
    private long _heard;

    public TopicWatch(IReadOnlyList<string> filters)
    {
        Filters = filters;
        _filters = [.. filters.Select(f => Encoding.UTF8.GetBytes(TopicFilter.WithoutShare(f)))];
        _isMatched = new bool[_filters.Length];
        _open = _filters.Length;
    }

    public IReadOnlyList<string> Filters { get; }

    /// <summary>Messages that came, whatever became of them.</summary>
    public long Heard => Volatile.Read(ref _heard);

    /// <summary>Filters that have matched none of them.</summary>
    public IReadOnlyList<string> Unmatched => [.. Filters.Where((_, i) => !Volatile.Read(ref _isMatched[i]))];

    public void Note(ReadOnlySpan<byte> topic)
    {
        var heard = ++_heard;
        if (_open == 0 || (heard > EveryMessage && heard % Then != 0)) return;
        for (var i = 0; i < _filters.Length; i++)
        {
            if (_isMatched[i] || !TopicFilter.Matches(_filters[i], topic)) continue;
            _isMatched[i] = true;
            _open--;
        }
    }
}

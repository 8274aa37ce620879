namespace EdgeAgent.Replay.Plot;

/// <summary>A mark for each column, 0 for none; of two that meet in one column the higher stays.</summary>
internal sealed class MarkRow : IColumnRow
{
    private readonly byte[] _marks = new byte[TimeColumns.Limit];

    /// <summary>Marks the columns from one to another, both included.</summary>
    public void Mark(int from, int to, byte mark)
    {
        for (var i = from; i <= to; i++)
            _marks[i] = Math.Max(_marks[i], mark);
    }

    /// <summary>
    /// Whether any column from one to another, both included, is marked. A clock that was set back ends things before they began.
    /// </summary>
    public bool Touches(int from, int to) => to >= from && _marks.AsSpan(from, to - from + 1).ContainsAnyExcept((byte)0);

    /// <summary>The stretches of one mark, in order; <c>To</c> is the last column of each.</summary>
    public IEnumerable<(int From, int To, byte Mark)> Stretches()
    {
        var from = 0;
        for (var i = 1; i <= _marks.Length; i++)
        {
            if (i < _marks.Length && _marks[i] == _marks[from]) continue;
            if (_marks[from] > 0) yield return (from, i - 1, _marks[from]);
            from = i;
        }
    }

    public void Fold()
    {
        for (var i = 0; i < TimeColumns.Limit / 2; i++)
            _marks[i] = Math.Max(_marks[2 * i], _marks[2 * i + 1]);
        Array.Clear(_marks, TimeColumns.Limit / 2, TimeColumns.Limit / 2);
    }
}

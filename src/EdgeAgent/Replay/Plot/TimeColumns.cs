namespace EdgeAgent.Replay.Plot;

/// <summary>
/// Spreads a recording of any length over a bounded number of columns of equal time. When time runs past the last column,
/// the columns become twice as wide, and every row made here folds with them.
/// </summary>
internal sealed class TimeColumns
{
    public const int Limit = 4096;

    private readonly List<IColumnRow> _rows = [];
    private long _origin;
    private long _width;

    /// <summary>Columns in use.</summary>
    public int Count { get; private set; }

    public ValueRow AddValues() => Add(new ValueRow());

    public MarkRow AddMarks() => Add(new MarkRow());

    /// <summary>The column of a time; false where it lies before the first time seen: a clock that was set back.</summary>
    public bool TryFind(long ticks, out int column)
    {
        if (_width == 0) (_origin, _width) = (ticks, 1);
        column = 0;
        if (ticks < _origin) return false;
        while ((ticks - _origin) / _width >= Limit)
            Fold();
        column = (int)((ticks - _origin) / _width);
        Count = Math.Max(Count, column + 1);
        return true;
    }

    /// <summary>The column of a time, or the nearest column in use.</summary>
    public int Nearest(long ticks) => (int)Math.Clamp((ticks - _origin) / Math.Max(1, _width), 0, Math.Max(0, Count - 1));

    /// <summary>The time at which a column begins.</summary>
    public long StartOf(int column) => _origin + column * _width;

    private T Add<T>(T row) where T : IColumnRow
    {
        _rows.Add(row);
        return row;
    }

    private void Fold()
    {
        _width *= 2;
        Count = (Count + 1) / 2;
        foreach (var row in _rows)
            row.Fold();
    }
}

/// <summary>Something kept for each column.</summary>
internal interface IColumnRow
{
    /// <summary>Two columns become one, over the whole row.</summary>
    void Fold();
}
